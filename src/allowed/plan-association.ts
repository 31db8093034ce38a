import type { VersionMetadata } from '../model/version-metadata.ts'

/** Which rows to write so that all of `wanted` are associated, or the first that already is. */
export type AssociationPlan =
  | { insert: readonly string[]; revive: readonly { row: VersionMetadata; value: string }[] }
  | { duplicate: string; stored: string }

/**
 * What MySQL's utf8mb3_general_ci holds equal, folded to one spelling: case, accents and trailing spaces vanish.
 * The UNIQUE key of Trove's table compares that way, so every engine refuses what that one would.
 */
const folded = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toUpperCase()
    .replace(/ +$/u, '')

/**
 * Plans all of a list or nothing. Rows are soft-deleted, so a deleted row that holds the value's place under the UNIQUE
 * key is taken over; a live one is a duplicate, named as it is stored.
 *
 * @param rows every row of the version with this key, deleted ones included
 * @param wanted values without repetition
 */
export function planAssociation(rows: readonly VersionMetadata[], wanted: readonly string[]): AssociationPlan {
  const liveLast = rows.toSorted((a, b) => Number(b.deleted) - Number(a.deleted))
  const taken = new Map(liveLast.map(row => [folded(row.value), row]))
  const inList = new Map<string, string>()
  const insert: string[] = []
  const revive: { row: VersionMetadata; value: string }[] = []
  for (const value of wanted) {
    const place = folded(value)
    const row = taken.get(place)
    const stored = row && !row.deleted ? row.value : inList.get(place)
    if (stored !== undefined) return { duplicate: value, stored }
    inList.set(place, value)
    if (row) revive.push({ row, value })
    else insert.push(value)
  }
  return { insert, revive }
}

/** The entries of a comma-separated list as people type it: trimmed, the empty ones dropped, each once. */
export const parseList = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(entry => entry.trim())
      .filter(entry => entry !== ''),
  ),
]
