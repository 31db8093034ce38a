/**
 * What is bound for a column of Trove's tables is checked before SQL: MySQL's utf8mb3 holds no character beyond the
 * basic plane, PostgreSQL no NUL, and each engine treats an overlong text in its own way.
 *
 * @returns what is wrong, ready to follow the text's name in a sentence; undefined when the text may be stored.
 */
export function columnTextProblem(text: string, lengthMax: number): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character'
  if (/[\u{10000}-\u{10ffff}]/u.test(text))
    return 'contains a character that the database cannot hold (such as an emoji)'
  if (!text.isWellFormed()) return 'is not well-formed Unicode'
  if (text.length > lengthMax) return `is longer than ${lengthMax} characters`
  return undefined
}
