import type { PolicyAction } from '../../model/policy-event.ts'
import type { PolicyName } from '../access/default-policies.ts'
import { enforcementKey, flavorKey, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { waiverKey } from '../allowed/flavor/waive.ts'
import { volumeTypeKey } from '../allowed/volume-type/policy-rows.ts'
import { activityKey, type DatastoreEventKey, type VersionEventKey } from './event-keys.ts'

/** The change that undoes an event, and the access policy of the call that makes such a change. */
export type Undoing = Readonly<{
  /**
   * `delete_row`, `add_row`, `set_activity`: of a version. `set_own_level`: of a rule of a version. `delete_rule`,
   * `add_rule`, `set_rule_level`: of a datastore. `end_waiver`: of either.
   */
  change:
    | 'delete_row'
    | 'add_row'
    | 'set_own_level'
    | 'set_activity'
    | 'delete_rule'
    | 'add_rule'
    | 'set_rule_level'
    | 'end_waiver'
  policy: PolicyName
}>

/** Why an event can never be undone. */
export type NeverUndone = 'nothing_changed' | 'version_gone' | 'follows_image' | 'waiver_over' | 'not_recorded'

/** Actions and keys that are never recorded together. */
const unknown: NeverUndone = 'not_recorded'

const by = (change: Undoing['change'], policy: PolicyName): Undoing => ({ change, policy })

const always = <Why extends NeverUndone>(why: Why) => ({
  [flavorKey]: why,
  [requirementKey]: why,
  [restrictionKey]: why,
  [enforcementKey]: why,
  [volumeTypeKey]: why,
  [activityKey]: why,
  [waiverKey]: why,
})

type HowToUndo<Key extends string> = Readonly<Record<PolicyAction, Readonly<Record<Key, Undoing | NeverUndone>>>>

/** How to undo an event about a version. */
const ofVersion: HowToUndo<VersionEventKey> = {
  added: {
    [flavorKey]: by('delete_row', 'mgmt:datastore_version_flavor_delete'),
    [requirementKey]: by('delete_row', 'mgmt:datastore_version_flavor_requirement_delete'),
    [restrictionKey]: by('delete_row', 'mgmt:datastore_version_flavor_policy_update'),
    [enforcementKey]: by('delete_row', 'mgmt:datastore_version_flavor_policy_update'),
    [volumeTypeKey]: by('delete_row', 'mgmt:datastore_version_volume_type_delete'),
    [activityKey]: unknown,
    [waiverKey]: unknown,
  },
  deleted: {
    [flavorKey]: by('add_row', 'mgmt:datastore_version_flavor_add'),
    [requirementKey]: by('add_row', 'mgmt:datastore_version_flavor_requirement_add'),
    [restrictionKey]: by('add_row', 'mgmt:datastore_version_flavor_policy_update'),
    [enforcementKey]: by('add_row', 'mgmt:datastore_version_flavor_policy_update'),
    [volumeTypeKey]: by('add_row', 'mgmt:datastore_version_volume_type_add'),
    [activityKey]: unknown,
    [waiverKey]: unknown,
  },
  level_set: {
    ...always(unknown),
    [requirementKey]: by('set_own_level', 'mgmt:datastore_version_flavor_requirement_update'),
    [restrictionKey]: by('set_own_level', 'mgmt:datastore_version_flavor_policy_update'),
  },
  set: { ...always(unknown), [activityKey]: by('set_activity', 'mgmt:datastore_version_edit') },
  switched_off: always('follows_image'),
  switched_on: always('follows_image'),
  version_deleted: always('version_gone'),
  bypassed: always('nothing_changed'),
  waiver_added: { ...always(unknown), [waiverKey]: by('end_waiver', 'mgmt:flavor_waiver_delete') },
  // More time needs a new waiver, with a reason.
  waiver_shortened: always('waiver_over'),
  waiver_ended: always('waiver_over'),
}

const alwaysOfDatastore = <Why extends NeverUndone>(why: Why) => ({
  [requirementKey]: why,
  [restrictionKey]: why,
  [waiverKey]: why,
})
const neverOfDatastore = alwaysOfDatastore(unknown)

/** How to undo an event about the rules of a datastore. */
const ofDatastore: HowToUndo<DatastoreEventKey> = {
  added: {
    [requirementKey]: by('delete_rule', 'mgmt:datastore_flavor_requirement_delete'),
    [restrictionKey]: by('delete_rule', 'mgmt:datastore_flavor_policy_update'),
    [waiverKey]: unknown,
  },
  deleted: {
    [requirementKey]: by('add_rule', 'mgmt:datastore_flavor_requirement_add'),
    [restrictionKey]: by('add_rule', 'mgmt:datastore_flavor_policy_update'),
    [waiverKey]: unknown,
  },
  level_set: {
    [requirementKey]: by('set_rule_level', 'mgmt:datastore_flavor_requirement_update'),
    [restrictionKey]: by('set_rule_level', 'mgmt:datastore_flavor_policy_update'),
    [waiverKey]: unknown,
  },
  set: neverOfDatastore,
  switched_off: neverOfDatastore,
  switched_on: neverOfDatastore,
  version_deleted: neverOfDatastore,
  bypassed: neverOfDatastore,
  waiver_added: { ...neverOfDatastore, [waiverKey]: by('end_waiver', 'mgmt:flavor_waiver_delete') },
  waiver_shortened: alwaysOfDatastore('waiver_over'),
  waiver_ended: alwaysOfDatastore('waiver_over'),
}

/** Looks up how to undo an event. A key or an action of a newer release is not known here. */
export function howToUndo({
  versionId,
  action,
  key,
}: Readonly<{ versionId: string | null; action: string; key: string }>): Undoing | NeverUndone {
  const table: Readonly<Record<string, Readonly<Record<string, Undoing | NeverUndone>>>> =
    versionId === null ? ofDatastore : ofVersion
  return table[action]?.[key] ?? unknown
}

/** The access policies of all changes that undo events. */
export const undoPolicies: readonly PolicyName[] = [
  ...new Set(
    [ofVersion, ofDatastore].flatMap(table =>
      Object.values(table).flatMap(byKey =>
        Object.values(byKey).flatMap(how => (typeof how === 'string' ? [] : how.policy)),
      ),
    ),
  ),
]
