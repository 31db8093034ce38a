/** Colours for text on a terminal. Leaves the text unchanged when the output is not a terminal, or colours are disabled. */
export type Paint = Readonly<{
  error(text: string): string
  /** The next step, and other secondary text. */
  hint(text: string): string
  /** The header of a table. */
  head(text: string): string
  yes(text: string): string
  no(text: string): string
}>

const unchanged = (text: string) => text

export const plain: Paint = { error: unchanged, hint: unchanged, head: unchanged, yes: unchanged, no: unchanged }
