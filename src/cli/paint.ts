/** How words are set off on a terminal; as they are where nobody looks, or whoever looks wants no colours. */
export type Paint = Readonly<{
  /** What went wrong. */
  error(text: string): string
  /** What to do next, and other words that may be passed over. */
  hint(text: string): string
  /** The head of a table. */
  head(text: string): string
  yes(text: string): string
  no(text: string): string
}>

const asItIs = (text: string) => text

export const plain: Paint = { error: asItIs, hint: asItIs, head: asItIs, yes: asItIs, no: asItIs }
