/**
 * A refusal: an expected negative answer, as opposed to a failure (`fault.ts`). It has a public code and the facts of the
 * case. Each code is worded once, in a `refusals.ts` beside its rule. Refusals are caught by the API and the CLI only.
 */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  /** Advice for the user. Printed on the command line only. */
  readonly hint: string | undefined
  /** The same facts for programs: more keys of the error object, beside `code` and `message`. */
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: string, status: number, message: string, hint?: string, data?: Readonly<Record<string, unknown>>) {
    // A refusal is an answer and no mistake: its stack is never shown, and takes longer than its words.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Refused'
    this.code = code
    this.status = status
    this.hint = hint
    this.data = data
  }
}

/** The same refusal, of the value of an option of a command line. @param advice instead of its hint */
export const ofOption = (refused: Refused, option: string, advice = refused.hint): Refused => {
  const { code, status, message, data } = refused
  return new Refused(
    code,
    status,
    `Option --${option}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    advice,
    data,
  )
}

/** Throws the refusal of a rule, if there is one. */
export function refuse(refused: Refused | undefined): void {
  if (refused) throw refused
}

/** The words of one refusal. Statuses are Trove's, even the surprising ones (docs/reference/refusals.md). */
export type Wording<Facts> = {
  status: number
  words: (facts: Facts) => string
  hint?: (facts: Facts) => string
  data?: (facts: Facts) => Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: each entry has its own type of facts; the mapped type below restores it.
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
