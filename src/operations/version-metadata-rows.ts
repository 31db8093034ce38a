import { planAssociation } from '../allowed/plan-association.ts'
import { planOnlyRow } from '../allowed/plan-only-row.ts'
import type { DatastoreVersionId } from '../model/ids.ts'
import type { Actor, PolicyAction } from '../model/policy-event.ts'
import type { Refused } from '../model/refused.ts'
import type { Clock } from '../ports/clock.ts'
import { DuplicateRow, type Stores } from '../ports/stores.ts'
import { refusal } from '../rules/refusals.ts'

type Writable = Pick<Stores, 'versions' | 'metadata' | 'events'>

/** Adds all of `values` under a key of a version, or refuses with `duplicate`; each is an event. Holds the version's lock. */
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
  if (!(await stores.versions.lock(versionId))) throw refusal.datastore_version_not_found({ version: versionId })
  const now = clock.now()
  const plan = planAssociation(await stores.metadata.list(versionId, [key], { deletedToo: true }), values)
  if ('duplicate' in plan) throw input.duplicate(plan.duplicate, plan.stored)
  const fresh = { versionId, key, created: now, deleted: false, deletedAt: null, updatedAt: null }
  try {
    for (const { row, value } of plan.revive) await stores.metadata.revive(row.id, value, now)
    await stores.metadata.insert(plan.insert.map(value => ({ ...fresh, id: clock.newId(), value })))
  } catch (error) {
    // Trove's own trove-manage, on the same database, takes no lock; and a collation may fold more than we know of.
    if (error instanceof DuplicateRow) throw input.duplicate(values[0]!, values[0]!)
    throw error
  }
  await stores.events.append(values.map(value => event(clock, actor, now, versionId, 'added', key, value)))
}

/** Soft-deletes the live row with exactly this value, else with this value trimmed, or refuses with `missing`. */
export async function deleteRow(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: { versionId: DatastoreVersionId; key: string; value: string; missing: () => Refused },
): Promise<void> {
  const { versionId, key, value } = input
  await stores.versions.lock(versionId)
  const rows = await stores.metadata.list(versionId, [key])
  const row = rows.find(row => row.value === value) ?? rows.find(row => row.value === value.trim())
  if (!row) throw input.missing()
  const now = clock.now()
  await stores.metadata.softDelete([row.id], now)
  await stores.events.append([event(clock, actor, now, versionId, 'deleted', key, row.value)])
}

/** Makes `value` the only live row under a key of a version, or leaves none live. Holds the version's lock. */
export async function setOnlyRow(
  stores: Writable,
  clock: Clock,
  actor: Actor,
  input: { versionId: DatastoreVersionId; key: string; value: string | undefined },
): Promise<void> {
  const { versionId, key, value } = input
  if (!(await stores.versions.lock(versionId))) throw refusal.datastore_version_not_found({ version: versionId })
  const now = clock.now()
  const rows = await stores.metadata.list(versionId, [key], { deletedToo: true })
  const { end, revive, insert } = planOnlyRow(rows, value)
  await stores.metadata.softDelete(
    end.map(({ id }) => id),
    now,
  )
  if (revive) await stores.metadata.revive(revive.id, value!, now)
  if (insert !== undefined)
    await stores.metadata.insert([
      {
        id: clock.newId(),
        versionId,
        key,
        value: insert,
        created: now,
        deleted: false,
        deletedAt: null,
        updatedAt: null,
      },
    ])
  const gone = revive && !revive.deleted ? [...end, revive] : end
  await stores.events.append([
    ...gone.map(row => event(clock, actor, now, versionId, 'deleted', key, row.value)),
    ...(revive || insert !== undefined ? [event(clock, actor, now, versionId, 'added', key, value!)] : []),
  ])
}

const event = (
  clock: Clock,
  actor: Actor,
  created: Date,
  versionId: DatastoreVersionId,
  action: PolicyAction,
  key: string,
  value: string,
) => ({ id: clock.newId(), created, actor: actor.id, requestId: actor.requestId, versionId, action, key, value })
