/**
 * A refusal: an expected no, with a public code and the facts it speaks of. Each code is worded once, in a
 * `refusals.ts` beside the rule it belongs to; the API and the CLI are the only ones who catch it.
 */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  /** What to do next, for a person at a terminal. */
  readonly hint: string | undefined
  /** The same facts for programs; joins `code` and `message` in the error object. */
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: string, status: number, message: string, hint?: string, data?: Record<string, unknown>) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.status = status
    this.hint = hint
    this.data = data
  }
}

/** Throws what a rule answers, if it refuses. */
export function refuse(refused: Refused | undefined): void {
  if (refused) throw refused
}

/** The words of one refusal. Statuses are Trove's, even where they surprise (docs/reference/refusals.md). */
export type Wording<Facts> = {
  status: number
  words: (facts: Facts) => string
  hint?: (facts: Facts) => string
  data?: (facts: Facts) => Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: each entry brings its own facts; the mapped type below gives them back.
type Catalogue = Record<string, Wording<any>>
export type Refusals<C extends Catalogue> = {
  readonly [Code in keyof C & string]: (facts: Parameters<C[Code]['words']>[0]) => Refused
}

/** Turns a table of wordings into constructors: `throw refusal.datastore_not_found({ datastore })`. */
export function refusals<C extends Catalogue>(catalogue: C): Refusals<C> {
  const entries = Object.entries(catalogue).map(([code, wording]) => [
    code,
    (facts: unknown) =>
      new Refused(code, wording.status, wording.words(facts), wording.hint?.(facts), wording.data?.(facts)),
  ])
  return Object.fromEntries(entries)
}
