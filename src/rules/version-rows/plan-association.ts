import type { VersionMetadata } from '../../model/version-metadata.ts'

/** Which rows to write so that all of `wanted` are associated, or the first that already is. */
export type AssociationPlan =
  | { insert: readonly string[]; revive: readonly { row: VersionMetadata; value: string }[] }
  | { duplicate: string; stored: string }

/**
 * What MySQL's utf8mb3_general_ci holds equal, folded to one spelling: case, accents and trailing spaces vanish.
 * The UNIQUE key of Trove's table compares that way, so every engine refuses what that one would, and little more:
 * accents that stand alone or on a й, ligatures, capitals younger than that collation. The first three letters here are
 * its oddities.
 */
const folded = (text: string) =>
  text
    .replaceAll('ß', 's')
    .replaceAll('ϲ', 'σ')
    .replaceAll('\u0345', 'ι')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '')
    .toUpperCase()
    .replace(/ +$/u, '')

/** Whether two texts could not stand side by side under the UNIQUE key of MySQL's table. */
export const isHeldEqual = (a: string, b: string): boolean => folded(a) === folded(b)

/**
 * Plans all of a list or nothing. Rows are soft-deleted, so a deleted row that holds the value's place under the UNIQUE
 * key is taken over; a live one is a duplicate, named as it is stored.
 *
 * @param rows every row of the version with this key, deleted ones included
 * @param wanted values without repetition
 */
export function planAssociation(rows: readonly VersionMetadata[], wanted: readonly string[]): AssociationPlan {
  const holders = Map.groupBy(rows, row => folded(row.value))
  const inList = new Map<string, string>()
  const insert: string[] = []
  const revive: { row: VersionMetadata; value: string }[] = []
  for (const value of wanted) {
    const place = folded(value)
    const row = holder(holders.get(place) ?? [], value)
    const stored = row && !row.deleted ? row.value : inList.get(place)
    if (stored !== undefined) return { duplicate: value, stored }
    inList.set(place, value)
    if (row) revive.push({ row, value })
    else insert.push(value)
  }
  return { insert, revive }
}

/** Of the rows that fold alike: a live one, else a deleted one; of those, the one with exactly this value. */
function holder(rows: readonly VersionMetadata[], value: string): VersionMetadata | undefined {
  const live = rows.filter(row => !row.deleted)
  const candidates = live.length > 0 ? live : rows
  return candidates.find(row => row.value === value) ?? candidates[0]
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
