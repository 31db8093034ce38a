import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Refused } from '../../model/refused.ts'
import type { Clock } from '../../ports/clock.ts'
import { DuplicateRow, type Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'
import { planAssociation } from '../../rules/version-rows/plan-association.ts'
import { planOnlyRow } from '../../rules/version-rows/plan-only-row.ts'
import { writeRows } from './write-rows.ts'

type Writable = Omit<Stores, 'transaction'>

/** Changes the rows of a version in a transaction that holds its lock. Refuses when there is no such version. */
export async function changeRows<T>(
  stores: Stores,
  versionId: DatastoreVersionId,
  change: (stores: Writable) => Promise<T>,
): Promise<T> {
  try {
    return await stores.transaction(async stores => {
      if (!(await stores.versions.lock(versionId))) throw refusal.datastore_version_not_found({ version: versionId })
      return change(stores)
    })
  } catch (cause) {
    // Trove's own trove-manage takes no lock, but a second attempt finds its rows: this collation folds more than we know of.
    if (cause instanceof DuplicateRow) throw refusal.values_collide({})
    throw cause
  }
}

/** Adds all of `values` under a key of a version, or refuses with `duplicate`. For `changeRows`, as are the others. */
export async function addRows(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    key: string
    values: readonly string[]
    duplicate: (value: string, stored: string) => Refused
  },
): Promise<void> {
  const { versionId, key, values } = input
  const plan = planAssociation(await stores.metadata.list(versionId, [key], { deletedToo: true }), values)
  if ('duplicate' in plan) throw input.duplicate(plan.duplicate, plan.stored)
  await writeRows(stores, clock, actor, [{ versionId, key, end: [], ...plan, added: values }])
}

/** Soft-deletes the live row with exactly this value, else with this value trimmed, or refuses with `missing`. */
export async function deleteRow(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: { versionId: DatastoreVersionId; key: string; value: string; missing: () => Refused },
): Promise<void> {
  const { versionId, key, value } = input
  const rows = await stores.metadata.list(versionId, [key])
  const row = rows.find(row => row.value === value) ?? rows.find(row => row.value === value.trim())
  if (!row) throw input.missing()
  await writeRows(stores, clock, actor, [{ versionId, key, end: [row], revive: [], insert: [] }])
}

/** Makes `value` the only live row under a key of a version, or leaves none live. */
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
