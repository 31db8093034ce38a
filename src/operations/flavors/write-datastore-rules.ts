import type { DatastoreId } from '../../model/ids.ts'
import type { Level } from '../../model/level.ts'
import type { Actor, PolicyAction } from '../../model/policy-event.ts'
import type { DatastoreRule } from '../../model/policy-rule.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import type { DatastoreRulesPlan } from '../../rules/version-rows/plan-datastore-rules.ts'

type RuleText = Pick<DatastoreRule, 'key' | 'value'>

/**
 * Writes the rules of a datastore, and an event for each. No other code writes them. Call it in a transaction that holds
 * the datastores.
 */
export async function writeDatastoreRules(
  { rules, events }: Pick<Stores, 'rules' | 'events'>,
  clock: Clock,
  actor: Actor,
  datastoreId: DatastoreId,
  { remove, levels, insert }: DatastoreRulesPlan,
): Promise<void> {
  const created = clock.now()
  await rules.remove(remove.map(({ id }) => id))
  for (const { rule, level } of levels) await rules.setLevel(rule.id, level)
  await rules.insert(insert.map(rule => ({ ...rule, id: clock.newId(), created, datastoreId })))
  const event = (action: PolicyAction, { key, value }: RuleText, level: Level | undefined, levelBefore?: Level) => ({
    ...{ id: clock.newId(), created, actor: actor.id, requestId: actor.requestId },
    ...{ versionId: null, datastoreId, action, key, value, level, levelBefore },
  })
  await events.append([
    ...remove.map(rule => event('deleted', rule, undefined, rule.level)),
    ...levels.map(({ rule, level }) => event('level_set', rule, level, rule.level)),
    ...insert.map(rule => event('added', rule, rule.level)),
  ])
}
