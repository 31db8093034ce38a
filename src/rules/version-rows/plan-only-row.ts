import type { VersionMetadata } from '../../model/version-metadata.ts'
import { isHeldEqual } from './plan-association.ts'
import type { RowsPlan } from './plan-exact-rows.ts'

/**
 * Plans that one value is the only live one under a key that a version has once at most. A live row in another spelling
 * ends, and is revived in this one.
 *
 * @param rows every row of the version with this key, deleted ones included
 * @param wanted undefined: no row shall be live
 */
export function planOnlyRow(key: string, rows: readonly VersionMetadata[], wanted: string | undefined): RowsPlan {
  const live = rows.filter(row => !row.deleted)
  if (wanted === undefined) return { key, end: live, revive: [], insert: [] }
  const place = rows.find(row => row.value === wanted) ?? rows.find(row => isHeldEqual(row.value, wanted))
  const isThere = place?.deleted === false && place.value === wanted
  return {
    key,
    end: live.filter(row => !isThere || row !== place),
    revive: place && !isThere ? [{ row: place, value: wanted }] : [],
    insert: place ? [] : [wanted],
  }
}
