import type { VersionMetadata } from '../model/version-metadata.ts'
import { isHeldEqual } from './plan-association.ts'

/** Which rows to write so that one value is the only live one. */
export type OnlyRowPlan = Readonly<{
  /** Live rows to delete. */
  end: readonly VersionMetadata[]
  /** The row that takes the value; it may be live in another spelling. */
  revive?: VersionMetadata
  insert?: string
}>

/**
 * Plans for a key that a version has once at most.
 *
 * @param rows every row of the version with this key, deleted ones included
 * @param wanted undefined: no row shall be live
 */
export function planOnlyRow(rows: readonly VersionMetadata[], wanted: string | undefined): OnlyRowPlan {
  const live = rows.filter(row => !row.deleted)
  if (wanted === undefined) return { end: live }
  const place = rows.find(row => row.value === wanted) ?? rows.find(row => isHeldEqual(row.value, wanted))
  const end = live.filter(row => row !== place)
  if (!place) return { end, insert: wanted }
  return !place.deleted && place.value === wanted ? { end } : { end, revive: place }
}
