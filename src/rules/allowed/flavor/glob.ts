/**
 * Patterns for the names of flavors: `*` stands for any number of characters, `?` for exactly one, and every other character
 * for itself. No regular expression is built from a pattern, because some patterns would then take exponential time.
 */

/**
 * Returns the only spelling of a pattern in which it is stored: of neighbouring wildcards, each `?` comes first, and one `*`
 * is left. Blanks around the pattern are dropped.
 */
export const canonicalGlob = (typed: string): string =>
  typed.trim().replace(/[*?]+/g, run => (run.includes('*') ? `${run.replaceAll('*', '')}*` : run))

/** True when the pattern matches the whole text. Characters are code points, and letter case counts. */
export const matchesGlob = (pattern: string, text: string): boolean => matchesCharacters([...pattern], [...text])

/**
 * The same for single characters. Only the last `*` is ever extended: an earlier one needs no second try, since whatever it
 * could leave out is left to the later one. So there are at most as many steps as characters in the text times those in the
 * pattern.
 */
export function matchesCharacters(pattern: readonly string[], text: readonly string[]): boolean {
  let inPattern = 0
  let inText = 0
  let star: { inPattern: number; inText: number } | undefined
  while (inText < text.length) {
    const sign = pattern[inPattern]
    if (sign === '*') {
      star = { inPattern, inText }
      inPattern++
    } else if (sign === '?' || (sign !== undefined && sign === text[inText])) {
      inPattern++
      inText++
    } else if (star) {
      star.inText++
      inText = star.inText
      inPattern = star.inPattern + 1
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}
