import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Refused } from '../../model/refused.ts'
import type { Clock } from '../../ports/clock.ts'
import { DuplicateRow, type Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'
import { planAssociation } from '../../rules/version-rows/plan-association.ts'
import { planOnlyRow } from '../../rules/version-rows/plan-only-row.ts'
import { changeOrTry } from '../dry-run.ts'
import { type FlavorsById, writeRows } from './write-rows.ts'

type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/**
 * Changes the rows of a version in a transaction that holds its lock. Refuses an unknown version.
 *
 * @param input.isDryRun rolls the change back at the end
 * @returns `changes`: whether there was anything to change
 */
export async function changeRows<T>(
  stores: Stores,
  { versionId, isDryRun }: { versionId: DatastoreVersionId; isDryRun: boolean },
  change: (stores: Writable) => Promise<T>,
): Promise<{ result: T; changes: boolean }> {
  try {
    return await changeOrTry(stores, isDryRun, async stores => {
      if (!(await stores.versions.lock(versionId))) throw refusal.datastore_version_not_found({ version: versionId })
      return change(stores)
    })
  } catch (cause) {
    // The plan takes account of all existing rows, so the collation of this database treats more values as equal than the
    // plan knows of. A row that Trove's own trove-manage adds at the same time, without a lock, cannot be the reason:
    // transactions are repeated, and the second attempt sees that row.
    if (cause instanceof DuplicateRow) throw refusal.values_collide({})
    throw cause
  }
}

/**
 * Adds all `values` under a key of a version, or refuses with `duplicate`. Call this and the functions below in
 * `changeRows`.
 *
 * @param input.ifMissing adds only values without a live row, instead of refusing those that have exactly this one
 * @returns the added values
 */
export async function addRows(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    key: string
    values: readonly string[]
    duplicate: (value: string, stored: string) => Refused | Promise<Refused>
    ifMissing?: boolean | undefined
    flavors?: FlavorsById
  },
): Promise<readonly string[]> {
  const { versionId, key, flavors } = input
  const rows = await stores.metadata.list(versionId, [key], { deletedToo: true })
  const live = new Set(rows.filter(row => !row.deleted).map(row => row.value))
  const values = input.ifMissing ? input.values.filter(value => !live.has(value)) : input.values
  const plan = planAssociation(rows, values)
  if ('duplicate' in plan) throw await input.duplicate(plan.duplicate, plan.stored)
  await writeRows(stores, clock, actor, [{ versionId, key, end: [], ...plan, added: values, flavors }])
  return values
}

/**
 * Marks the live row with exactly this value, or with this value trimmed, as deleted. Refuses with `missing` if there is
 * none, unless `ifExists` is set.
 *
 * @returns whether there was one
 */
export async function deleteRow(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    key: string
    value: string
    missing: () => Refused | Promise<Refused>
    ifExists?: boolean | undefined
    flavors?: FlavorsById
  },
): Promise<boolean> {
  const { versionId, key, value, flavors } = input
  const rows = await stores.metadata.list(versionId, [key])
  const row = rows.find(row => row.value === value) ?? rows.find(row => row.value === value.trim())
  if (!row && input.ifExists) return false
  if (!row) throw await input.missing()
  await writeRows(stores, clock, actor, [{ versionId, key, end: [row], revive: [], insert: [], flavors }])
  return true
}

/** Makes `value` the only live row under a key of a version. If it is undefined, no row stays live. */
export async function setOnlyRow(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: { versionId: DatastoreVersionId; key: string; value: string | undefined },
): Promise<void> {
  const { versionId, key, value } = input
  const rows = await stores.metadata.list(versionId, [key], { deletedToo: true })
  await writeRows(stores, clock, actor, [{ versionId, ...planOnlyRow(key, rows, value) }])
}
