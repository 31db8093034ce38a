import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Level } from '../../model/level.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { ownLevel } from '../../rules/version-rows/plan-levels.ts'

type Writable = Pick<Stores, 'rules' | 'events'>

/** The list of a version, or one of its requirements: the key and the value of the row with its level. */
type LeveledRule = Readonly<{ versionId: DatastoreVersionId; key: string; value: string }>

/**
 * Sets the level of a rule of a version, and records it. Call it in a transaction that holds the version's lock.
 *
 * @param input.level undefined: none of its own
 * @param input.before the level that the rule has now, for the event
 */
export async function writeLevel(
  { rules, events }: Writable,
  clock: Clock,
  actor: Actor,
  input: LeveledRule & Readonly<{ level: Level | undefined; before: Level | undefined }>,
): Promise<void> {
  const { versionId, key, value, level, before } = input
  const created = clock.now()
  const ownLevelBefore = ownLevel(await rules.ofVersion(versionId), key, value) ?? null
  if (level === undefined) await rules.removeLevel({ versionId, key, value })
  else await rules.replaceLevel({ id: clock.newId(), created, versionId, key, value, level })
  const who = { actor: actor.id, requestId: actor.requestId }
  const levels = { level, levelBefore: before, ownLevelBefore }
  await events.append([{ id: clock.newId(), created, ...who, versionId, action: 'level_set', key, value, ...levels }])
}
