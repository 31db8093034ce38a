/**
 * Checks a text before it is stored in a column of Trove's tables. MySQL's utf8mb3 cannot store characters beyond the basic
 * plane, PostgreSQL cannot store NUL, and each engine handles texts that are too long in its own way.
 *
 * @returns the problem as a verb phrase that can follow "it" in a sentence; undefined if the text can be stored
 */
export function columnTextProblem(text: string, lengthMax: number): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character'
  if (/[\u{10000}-\u{10ffff}]/u.test(text))
    return 'contains a character that the database cannot store (such as an emoji)'
  if (!text.isWellFormed()) return 'is not well-formed Unicode'
  if (text.length > lengthMax) return `is longer than ${lengthMax} characters`
  return undefined
}
