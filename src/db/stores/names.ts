/**
 * Names match in any letter case, and have the same order on every engine and collation. Therefore they are compared here and
 * not in SQL, where, depending on the server, only ASCII letters match in any case, accents are ignored, too, or characters
 * outside of the character set cause errors.
 */
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Orders names by letter, then by letter case, ascending. */
export const byName = (a: string, b: string): number => ascending(a.toLowerCase(), b.toLowerCase()) || ascending(a, b)

export const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
