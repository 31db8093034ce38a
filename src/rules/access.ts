import type { Caller } from '../model/caller.ts'
import type { Refused } from '../model/refused.ts'
import { refusal } from './refusals.ts'

/**
 * Who may do what. Names are Trove's where Trove has one; its management calls have none there, and answer 401 instead
 * of 403 (trove@4cdc0cd common/auth.py), so theirs start with `mgmt:`.
 */
export const policies = {
  'datastore:index': 'anyone',
  'datastore:show': 'anyone',
  'datastore:delete': 'admin',
  'datastore:version_index': 'anyone',
  'datastore:version_show': 'anyone',
  'datastore:version_show_by_uuid': 'anyone',
  'datastore:list_associated_flavors': 'anyone',
  'datastore:list_associated_volume_types': 'anyone',
  'flavor:index': 'anyone',
  'flavor:show': 'anyone',
  'instance:index': 'anyone',
  'instance:detail': 'anyone',
  'instance:show': 'anyone',
  'instance:flavor_index': 'anyone',
  'instance:create': 'anyone',
  'instance:update': 'anyone',
  'instance:edit': 'anyone',
  'instance:delete': 'anyone',
  /** What is asked of an instance has a policy of its own each, which the body names. */
  'instance:action': 'anyone',
  'instance:restart': 'anyone',
  'instance:resize_flavor': 'anyone',
  'instance:resize_volume': 'anyone',
  'instance:reset_status': 'admin',
  'instance:force_delete': 'admin',
  'instance:extension:root:index': 'anyone',
  'instance:extension:root:create': 'anyone',
  'instance:extension:root:delete': 'anyone',
  'instance:extension:database:index': 'anyone',
  'instance:extension:database:create': 'anyone',
  'instance:extension:database:delete': 'anyone',
  'instance:extension:user:index': 'anyone',
  'instance:extension:user:show': 'anyone',
  'instance:extension:user:create': 'anyone',
  'instance:extension:user:update': 'anyone',
  'instance:extension:user:update_all': 'anyone',
  'instance:extension:user:delete': 'anyone',
  'instance:extension:user_access:index': 'anyone',
  'instance:extension:user_access:update': 'anyone',
  'instance:extension:user_access:delete': 'anyone',
  'limits:index': 'anyone',
  'volume_type:index': 'anyone',
  'volume_type:show': 'anyone',
  'mgmt:instance_index': 'admin',
  'mgmt:instance_show': 'admin',
  'mgmt:instance_action': 'admin',
  'mgmt:quota_update': 'admin',
  /** Of one's own project; the operation says so to whoever asks for another. */
  'mgmt:quota_show': 'anyone',
  'mgmt:datastore_version_index': 'admin',
  'mgmt:datastore_version_show': 'admin',
  'mgmt:datastore_version_create': 'admin',
  'mgmt:datastore_version_edit': 'admin',
  'mgmt:datastore_version_delete': 'admin',
  'mgmt:datastore_version_flavor_index': 'admin',
  'mgmt:datastore_version_flavor_add': 'admin',
  'mgmt:datastore_version_flavor_delete': 'admin',
  'mgmt:datastore_version_flavor_event_index': 'admin',
  'mgmt:datastore_version_flavor_requirement_index': 'admin',
  'mgmt:datastore_version_flavor_requirement_add': 'admin',
  'mgmt:datastore_version_flavor_requirement_delete': 'admin',
  'mgmt:datastore_version_flavor_policy_show': 'admin',
  'mgmt:datastore_version_flavor_policy_update': 'admin',
  'mgmt:flavor_compliance': 'admin',
  /** What is not offered yet says so to everyone who has a token. */
  not_offered: 'anyone',
} as const satisfies Record<string, 'anyone' | 'admin'>

export type PolicyName = keyof typeof policies

/** Undefined when the caller may; otherwise the refusal that Trove would give. */
export function accessRefusal(policy: PolicyName, caller: Caller): Refused | undefined {
  if (policies[policy] === 'anyone' || caller.isAdmin) return undefined
  return policy.startsWith('mgmt:') ? refusal.admin_required({}) : refusal.policy_forbids({ policy })
}
