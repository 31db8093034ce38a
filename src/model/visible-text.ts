/**
 * Control characters, marks that change the direction of text, other line breaks than LF, lone surrogates, and the two
 * characters of the basic plane that XML forbids.
 */
export const invisible =
  /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/gu

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')

/**
 * Writes characters that a reader cannot see as escapes: `\x1b`, `\u202e`. The result is one line, and a terminal, an XML
 * parser and a web page show all of it.
 */
export const visibleText = (text: string): string =>
  text.replace(invisible, character => {
    const code = character.charCodeAt(0)
    return code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
  })
