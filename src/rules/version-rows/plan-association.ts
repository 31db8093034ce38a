import type { VersionMetadata } from '../../model/version-metadata.ts'

/**
 * Plans which rows of `datastore_version_metadata` to write for one version and key, without writing them:
 * `operations/datastores/write-rows.ts` does that. Rows are never removed, only marked as deleted, and MySQL's UNIQUE key
 * also counts the deleted ones. Values that MySQL treats as equal are therefore duplicates on every engine.
 */

/** The rows to insert and to revive, or the first value that is a duplicate. */
export type AssociationPlan =
  | { insert: readonly string[]; revive: readonly { row: VersionMetadata; value: string }[] }
  | { duplicate: string; stored: string }

/**
 * Folds texts that MySQL's utf8mb3_general_ci treats as equal to the same text, without case, accents and trailing spaces.
 * The UNIQUE key of Trove's table uses this collation, so every engine refuses what MySQL would. A few more values are
 * refused: those that differ only in standalone accents, the accent of a й, ligatures, or capitals newer than the
 * collation. The first three letters below are special cases of the collation.
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

/** True when MySQL's UNIQUE key treats two texts as equal. */
export const isHeldEqual = (a: string, b: string): boolean => folded(a) === folded(b)

/**
 * Plans to add all values, or none. If a deleted row is equal to a value, it is revived; if a live row is, the value is a
 * duplicate, reported with its stored spelling.
 *
 * @param rows all rows of the version with this key, including deleted ones
 * @param values values without repetition
 */
export function planAssociation(rows: readonly VersionMetadata[], values: readonly string[]): AssociationPlan {
  const holders = Map.groupBy(rows, row => folded(row.value))
  const inList = new Map<string, string>()
  const insert: string[] = []
  const revive: { row: VersionMetadata; value: string }[] = []
  for (const value of values) {
    const foldedValue = folded(value)
    const row = holder(holders.get(foldedValue) ?? [], value)
    const stored = row && !row.deleted ? row.value : inList.get(foldedValue)
    if (stored !== undefined) return { duplicate: value, stored }
    inList.set(foldedValue, value)
    if (row) revive.push({ row, value })
    else insert.push(value)
  }
  return { insert, revive }
}

/**
 * Chooses one of the rows that fold to the same text: a live row before a deleted one, and one with exactly this value
 * first.
 */
function holder(rows: readonly VersionMetadata[], value: string): VersionMetadata | undefined {
  const live = rows.filter(row => !row.deleted)
  const candidates = live.length > 0 ? live : rows
  return candidates.find(row => row.value === value) ?? candidates[0]
}

/** Parses a comma-separated list: entries are trimmed, and empty and repeated ones are dropped. */
export const parseList = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(entry => entry.trim())
      .filter(entry => entry !== ''),
  ),
]
