import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor, PolicyAction, PolicyEvent } from '../../model/policy-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { addedBy, type RowsPlan } from '../../rules/version-rows/plan-exact-rows.ts'

/** Told how many of how many rows are written: before the first, and after each piece. */
export type Progress = (written: number, of: number) => void

/** A plan for one version, and the order in which the events of what it adds are listed: that of the plan unless given. */
type VersionPlan = RowsPlan & Readonly<{ versionId: DatastoreVersionId; added?: readonly string[] }>

/** Few enough that one statement takes them on every engine, and that there is progress to report. */
const rowsAtOnce = 500

/**
 * Writes the rows that say what versions allow, a few statements for however many rows, and an event for each. Nothing else
 * writes them.
 */
export async function writeRows(
  { metadata, events }: Pick<Stores, 'metadata' | 'events'>,
  clock: Clock,
  actor: Actor,
  plans: readonly VersionPlan[],
  progress: Progress = () => {},
): Promise<void> {
  const now = clock.now()
  const end = plans.flatMap(plan => plan.end.map(({ id }) => id))
  const revive = plans.flatMap(plan => plan.revive)
  const fresh = { created: now, deleted: false, deletedAt: null, updatedAt: null }
  const insert = plans.flatMap(({ versionId, key, insert }) =>
    insert.map(value => ({ ...fresh, id: clock.newId(), versionId, key, value })),
  )
  const happened = plans.flatMap(plan => eventsOf(plan, clock, actor, now))
  const total = end.length + revive.length + insert.length + happened.length
  let written = 0
  async function inPieces<Thing>(things: readonly Thing[], write: (piece: readonly Thing[]) => Promise<void>) {
    for (let from = 0; from < things.length; from += rowsAtOnce) {
      const piece = things.slice(from, from + rowsAtOnce)
      await write(piece)
      written += piece.length
      progress(written, total)
    }
  }
  progress(0, total)
  await inPieces(end, ids => metadata.softDelete(ids, now))
  const asTheyWere = revive.filter(({ row, value }) => row.value === value).map(({ row }) => row.id)
  await inPieces(asTheyWere, ids => metadata.reviveAll(ids, now))
  const respelt = revive.filter(({ row, value }) => row.value !== value)
  await inPieces(respelt, async piece => {
    for (const { row, value } of piece) await metadata.revive(row.id, value, now)
  })
  await inPieces(insert, rows => metadata.insert(rows))
  await inPieces(happened, rows => events.append(rows))
}

function eventsOf(plan: VersionPlan, clock: Clock, actor: Actor, created: Date): PolicyEvent[] {
  const { versionId, key, end, added = addedBy(plan) } = plan
  const said = { created, actor: actor.id, requestId: actor.requestId, versionId, key }
  const event = (action: PolicyAction, value: string) => ({ ...said, id: clock.newId(), action, value })
  return [...end.map(({ value }) => event('deleted', value)), ...added.map(value => event('added', value))]
}
