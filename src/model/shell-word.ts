import { visibleText } from './visible-text.ts'

/**
 * Makes a text one word of a shell command, in quotes if necessary. Characters that a terminal would not show become escapes
 * in `$'…'`, which bash, zsh and ksh read, so that a copied command is the command that was shown.
 */
export function shellWord(text: string): string {
  if (/^[\w./:@-]+$/.test(text)) return text
  if (visibleText(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${visibleText(text.replaceAll(/[\\']/g, '\\$&'))}'`
}
