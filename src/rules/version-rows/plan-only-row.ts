import type { VersionMetadata } from '../../model/version-metadata.ts'
import { isHeldEqual } from './plan-association.ts'
import type { RowsPlan } from './plan-exact-rows.ts'

/**
 * Plans the rows of a key that a version has at most once, so that this value is the only live one. A live row with another
 * spelling of the value is deleted and revived with this spelling.
 *
 * @param rows all rows of the version with this key, including deleted ones
 * @param value undefined if no row is to be live
 */
export function planOnlyRow(key: string, rows: readonly VersionMetadata[], value: string | undefined): RowsPlan {
  const live = rows.filter(row => !row.deleted)
  if (value === undefined) return { key, end: live, revive: [], insert: [] }
  const row = rows.find(row => row.value === value) ?? rows.find(row => isHeldEqual(row.value, value))
  const isLive = row?.deleted === false && row.value === value
  return {
    key,
    end: live.filter(each => !isLive || each !== row),
    revive: row && !isLive ? [{ row, value }] : [],
    insert: row ? [] : [value],
  }
}
