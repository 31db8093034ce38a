/** Why a value cannot be used, with and without quoting it. A secret must not be quoted. */
export class ValueProblem extends Error {
  readonly unquoted: string

  constructor(message: string, unquoted: string) {
    super(message)
    this.unquoted = unquoted
  }
}

/** The part of a value that a message repeats. Further lines are left out: they may belong to another key, by mistake. */
export function quoted(text: string): string {
  const [first = '', ...more] = text.split('\n')
  return `'${first.slice(0, charactersMax)}${more.length > 0 || first.length > charactersMax ? '…' : ''}'`
}

const charactersMax = 200
