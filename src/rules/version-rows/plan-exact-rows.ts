import type { VersionMetadata } from '../../model/version-metadata.ts'
import { planAssociation } from './plan-association.ts'

/**
 * The rows of one version and key to write. Rows in `end` are deleted first, so that `revive` can reuse them with another
 * value.
 */
export type RowsPlan = Readonly<{
  key: string
  /** Live rows to delete. */
  end: readonly VersionMetadata[]
  revive: readonly Readonly<{ row: VersionMetadata; value: string }>[]
  insert: readonly string[]
}>

/**
 * Plans the rows so that exactly these values are live. Returns a duplicate if MySQL's UNIQUE key treats one of them as
 * equal to another. Rows that are already live are not touched.
 *
 * @param rows all rows of the version with this key, including deleted ones
 * @param values values without repetition
 */
export function planExactRows(
  key: string,
  rows: readonly VersionMetadata[],
  values: readonly string[],
): RowsPlan | { duplicate: string; stored: string } {
  const live = rows.filter(row => !row.deleted)
  const keep = new Set(values)
  const end = live.filter(row => !keep.has(row.value))
  const liveValues = new Set(live.map(row => row.value))
  const ending = new Set(end)
  const afterwards = rows.map(row => (ending.has(row) ? { ...row, deleted: true } : row))
  const plan = planAssociation(
    afterwards,
    values.filter(value => !liveValues.has(value)),
  )
  return 'duplicate' in plan ? plan : { key, end, ...plan }
}

export const isEmptyPlan = ({ end, revive, insert }: RowsPlan): boolean =>
  end.length + revive.length + insert.length === 0

/** Returns the values that the plan makes live. */
export const addedBy = ({ revive, insert }: RowsPlan): string[] => [...revive.map(({ value }) => value), ...insert]

/** The columns that flavor and volume type policies are read from. */
type LiveRow = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/** Returns the live rows as they will be after the plans are carried out. */
export function rowsAfter(rows: readonly VersionMetadata[], plans: readonly RowsPlan[]): LiveRow[] {
  const ended = new Set(plans.flatMap(({ end }) => end))
  const added = plans.flatMap(plan => addedBy(plan).map(value => ({ key: plan.key, value, deleted: false })))
  return [...rows.filter(row => !row.deleted && !ended.has(row)), ...added]
}
