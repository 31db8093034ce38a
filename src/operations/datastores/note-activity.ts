import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { activityKey } from '../../rules/policy-history/event-keys.ts'

/**
 * Records that an operator set whether a version is active, also if it was so before: `followImages` must not mistake it for
 * a change of its own. Call it in the transaction of the change.
 *
 * @param version the version before the change
 */
export async function noteActivity(
  { events }: Pick<Stores, 'events'>,
  clock: Clock,
  actor: Actor,
  version: DatastoreVersion,
  active: boolean,
): Promise<void> {
  const who = { actor: actor.id, requestId: actor.requestId }
  const value = { key: activityKey, value: String(active), valueBefore: String(version.active) }
  const common = { id: clock.newId(), created: clock.now(), ...who, versionId: version.id }
  await events.append([{ ...common, action: 'set', ...value }])
}
