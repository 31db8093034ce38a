import { naiveUtc } from '../../model/naive-utc.ts'
import type { Actor, PolicyAction, PolicyEvent } from '../../model/policy-event.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { waiverKey } from '../../rules/allowed/flavor/waive.ts'

type Writable = Pick<Stores, 'waivers' | 'events'>

// No other code writes waivers, so there is no change without an event. Call these functions in a transaction.

/** Stores new waivers. */
export async function insertWaivers(
  { waivers, events }: Writable,
  clock: Clock,
  actor: Actor,
  added: readonly Waiver[],
): Promise<void> {
  await waivers.insert(added)
  await events.append(added.map(waiver => eventOf(clock, actor, 'waiver_added', waiver)))
}

/** Gives a waiver an earlier end. */
export async function shortenTo(
  { waivers, events }: Writable,
  clock: Clock,
  actor: Actor,
  waiver: Waiver,
  until: Date,
): Promise<Waiver> {
  const shortened = { ...waiver, until }
  await waivers.setUntil(waiver.id, until)
  await events.append([eventOf(clock, actor, 'waiver_shortened', shortened)])
  return shortened
}

/** Ends a waiver now. */
export async function endNow(
  { waivers, events }: Writable,
  clock: Clock,
  actor: Actor,
  waiver: Waiver,
): Promise<Waiver> {
  const ended = clock.now()
  await waivers.end(waiver.id, ended, actor.id)
  await events.append([eventOf(clock, actor, 'waiver_ended', waiver)])
  return { ...waiver, ended, endedBy: actor.id }
}

/** The value names the waiver, and whom it is for until when. A waiver of a whole datastore is an event of the datastore. */
function eventOf(clock: Clock, actor: Actor, action: PolicyAction, waiver: Waiver): PolicyEvent {
  const { id, projectId, instanceId, datastoreId, versionId, until } = waiver
  const whom = instanceId === null ? `project ${projectId}` : `instance ${instanceId}`
  return {
    id: clock.newId(),
    created: clock.now(),
    actor: actor.id,
    requestId: actor.requestId,
    versionId,
    datastoreId,
    action,
    key: waiverKey,
    value: `${id} ${whom} until ${naiveUtc(until)}`,
  }
}
