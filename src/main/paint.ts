import { styleText } from 'node:util'
import type { Paint } from '../cli/paint.ts'

/** Colours the text if the stream is a terminal. Respects NO_COLOR and FORCE_COLOR. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const painted = (style: Parameters<typeof styleText>[0]) => (text: string) => styleText(style, text, { stream })
  return {
    error: painted('red'),
    hint: painted('dim'),
    head: painted('bold'),
    yes: painted('green'),
    no: painted('red'),
  }
}
