import type { VersionMetadata } from '../../model/version-metadata.ts'
import { planAssociation } from './plan-association.ts'

/** Which rows of one version to write under one key. What `end` holds ends first, and may be revived with another value. */
export type RowsPlan = Readonly<{
  key: string
  /** Live rows to delete. */
  end: readonly VersionMetadata[]
  revive: readonly Readonly<{ row: VersionMetadata; value: string }>[]
  insert: readonly string[]
}>

/**
 * Plans that exactly these values are live, or names one that could not stand beside another under the UNIQUE key of MySQL's
 * table. What is live already is not touched.
 *
 * @param rows every row of the version with this key, deleted ones included
 * @param wanted values without repetition
 */
export function planExactRows(
  key: string,
  rows: readonly VersionMetadata[],
  wanted: readonly string[],
): RowsPlan | { duplicate: string; stored: string } {
  const live = rows.filter(row => !row.deleted)
  const keep = new Set(wanted)
  const end = live.filter(row => !keep.has(row.value))
  const there = new Set(live.map(row => row.value))
  const ending = new Set(end)
  const afterwards = rows.map(row => (ending.has(row) ? { ...row, deleted: true } : row))
  const plan = planAssociation(
    afterwards,
    wanted.filter(value => !there.has(value)),
  )
  return 'duplicate' in plan ? plan : { key, end, ...plan }
}

export const isEmptyPlan = ({ end, revive, insert }: RowsPlan): boolean =>
  end.length + revive.length + insert.length === 0

/** Every value that the plan makes live. */
export const addedBy = ({ revive, insert }: RowsPlan): string[] => [...revive.map(({ value }) => value), ...insert]

/** As much of a row as policies are read from. */
type LiveRow = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/** The live rows as they will be. */
export function rowsAfter(rows: readonly VersionMetadata[], plans: readonly RowsPlan[]): LiveRow[] {
  const ended = new Set(plans.flatMap(({ end }) => end))
  const added = plans.flatMap(plan => addedBy(plan).map(value => ({ key: plan.key, value, deleted: false })))
  return [...rows.filter(row => !row.deleted && !ended.has(row)), ...added]
}
