/**
 * Names match in any letter case and stand in one order, whatever the engine and its collation. So they are compared
 * here and not in SQL, which, depending on the server, knows the letter case of ASCII only, folds accents as well, or
 * fails on a character that its character set lacks.
 */
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Ascending by letter, then by letter case. */
export const byName = (a: string, b: string): number => ascending(a.toLowerCase(), b.toLowerCase()) || ascending(a, b)

export const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
