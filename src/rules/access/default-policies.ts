import { makePolicies, type Policies } from './parse-policies.ts'

/**
 * Who may make which call: the default access policies, one for each row of `src/api/routes.ts`, and an operator's
 * overrides of them. `decide.ts` applies them to a caller. The language of the rules is parsed by `policy-language.ts`, a
 * whole file of them by `parse-policies.ts`. Access rules of application credentials are something else, see
 * `access-rules.ts`.
 */

/** The rules that Trove's other rules refer to (trove@4cdc0cd common/policies/base.py). */
export const basePolicies = {
  admin: 'role:admin or is_admin:True',
  admin_or_owner: 'rule:admin or project_id:%(tenant)s',
  default: 'rule:admin_or_owner',
  /** Who is an admin (trove@be9bd3f3). `[DEFAULT] admin_roles` changes the default. */
  context_is_admin: 'role:admin',
} as const satisfies Record<string, string>

/**
 * The default access policies, which the operator's policy file can override. Names and rules are Trove's where Trove has
 * them (trove@4cdc0cd common/policies/). Trove has no policy for its management calls: it requires an admin context and
 * answers 401 instead of 403 (common/auth.py). Here those policies start with `mgmt:` and require the same.
 */
export const policies = {
  'datastore:index': '',
  'datastore:show': '',
  'datastore:delete': 'rule:admin',
  'datastore:version_index': '',
  'datastore:version_show': '',
  'datastore:version_show_by_uuid': '',
  'datastore:list_associated_flavors': '',
  'datastore:list_associated_volume_types': '',
  'flavor:index': '',
  'flavor:show': '',
  'instance:index': 'rule:admin_or_owner',
  'instance:detail': 'rule:admin_or_owner',
  'instance:show': 'rule:admin_or_owner',
  'instance:flavor_index': 'rule:admin_or_owner',
  'instance:create': 'rule:admin_or_owner',
  'instance:update': 'rule:admin_or_owner',
  'instance:edit': 'rule:admin_or_owner',
  'instance:delete': 'rule:admin_or_owner',
  /** The body names the action, and each action has its own policy, listed below. */
  'instance:action': '',
  'instance:restart': 'rule:admin_or_owner',
  'instance:resize_flavor': 'rule:admin_or_owner',
  'instance:resize_volume': 'rule:admin_or_owner',
  'instance:reset_status': 'rule:admin',
  'instance:force_delete': 'rule:admin_or_owner',
  'instance:extension:root:index': 'rule:admin_or_owner',
  'instance:extension:root:create': 'rule:admin_or_owner',
  'instance:extension:root:delete': 'rule:admin_or_owner',
  'instance:extension:database:index': 'rule:admin_or_owner',
  'instance:extension:database:create': 'rule:admin_or_owner',
  'instance:extension:database:delete': 'rule:admin_or_owner',
  'instance:extension:user:index': 'rule:admin_or_owner',
  'instance:extension:user:show': 'rule:admin_or_owner',
  'instance:extension:user:create': 'rule:admin_or_owner',
  'instance:extension:user:update': 'rule:admin_or_owner',
  'instance:extension:user:update_all': 'rule:admin_or_owner',
  'instance:extension:user:delete': 'rule:admin_or_owner',
  'instance:extension:user_access:index': 'rule:admin_or_owner',
  'instance:extension:user_access:update': 'rule:admin_or_owner',
  'instance:extension:user_access:delete': 'rule:admin_or_owner',
  /** A caller who asks on behalf of others must also be in `[trovets] decision_callers`. */
  'decision:create': '',
  /** Only the user who asked for a decision can report its result. */
  'decision:report': '',
  'limits:index': 'rule:admin_or_owner',
  'volume_type:index': '',
  'volume_type:show': '',
  'mgmt:instance_index': 'is_admin:True',
  'mgmt:instance_show': 'is_admin:True',
  'mgmt:instance_action': 'is_admin:True',
  'mgmt:quota_update': 'is_admin:True',
  /** Everyone may see the quotas of their own project; the operation refuses other projects. */
  'mgmt:quota_show': '',
  'mgmt:datastore_version_index': 'is_admin:True',
  'mgmt:datastore_version_show': 'is_admin:True',
  'mgmt:datastore_version_create': 'is_admin:True',
  'mgmt:datastore_version_edit': 'is_admin:True',
  'mgmt:datastore_version_delete': 'is_admin:True',
  'mgmt:datastore_version_flavor_index': 'is_admin:True',
  'mgmt:datastore_version_flavor_add': 'is_admin:True',
  'mgmt:datastore_version_flavor_delete': 'is_admin:True',
  'mgmt:datastore_version_volume_type_index': 'is_admin:True',
  'mgmt:datastore_version_volume_type_add': 'is_admin:True',
  'mgmt:datastore_version_volume_type_delete': 'is_admin:True',
  'mgmt:datastore_version_flavor_event_index': 'is_admin:True',
  'mgmt:datastore_version_flavor_requirement_index': 'is_admin:True',
  'mgmt:datastore_version_flavor_requirement_add': 'is_admin:True',
  'mgmt:datastore_version_flavor_requirement_update': 'is_admin:True',
  'mgmt:datastore_version_flavor_requirement_delete': 'is_admin:True',
  'mgmt:datastore_version_rule_copy': 'is_admin:True',
  'mgmt:datastore_version_flavor_policy_show': 'is_admin:True',
  'mgmt:datastore_version_flavor_policy_update': 'is_admin:True',
  'mgmt:datastore_version_flavor_verdict_index': 'is_admin:True',
  'mgmt:datastore_flavor_requirement_index': 'is_admin:True',
  'mgmt:datastore_flavor_requirement_add': 'is_admin:True',
  'mgmt:datastore_flavor_requirement_update': 'is_admin:True',
  'mgmt:datastore_flavor_requirement_delete': 'is_admin:True',
  'mgmt:datastore_flavor_policy_show': 'is_admin:True',
  'mgmt:datastore_flavor_policy_update': 'is_admin:True',
  'mgmt:datastore_catalogue_show': 'is_admin:True',
  'mgmt:datastore_catalogue_apply': 'is_admin:True',
  'mgmt:flavor_compliance': 'is_admin:True',
  'mgmt:flavor_verdict_index': 'is_admin:True',
  'mgmt:flavor_rule_event_index': 'is_admin:True',
  /** An undo also needs the policy of the change that undoes the event. */
  'mgmt:flavor_rule_event_undo': 'is_admin:True',
  'mgmt:flavor_waiver_index': 'is_admin:True',
  'mgmt:flavor_waiver_add': 'is_admin:True',
  'mgmt:flavor_waiver_update': 'is_admin:True',
  'mgmt:flavor_waiver_delete': 'is_admin:True',
  /** Calls that are not supported yet say so to every caller with a token. */
  not_offered: '',
} as const satisfies Record<string, string>

export type PolicyName = keyof typeof policies

/** Policies of Trove that are not checked here yet. An operator's policy file may contain them, so they are no mistake. */
export const uncheckedPolicies: readonly string[] = [
  'datastore:list_associated_volume_types',
  'instance:promote_to_replica_source',
  'instance:eject_replica_source',
  'instance:configuration',
  'instance:guest_log_list',
  'instance:backups',
  'instance:module_list',
  'instance:module_apply',
  'instance:module_remove',
  'instance:extension:database:show',
  'backup:create',
  'backup:delete',
  'backup:index',
  'backup:index:all_projects',
  'backup:show',
  'backup_strategy:create',
  'backup_strategy:index',
  'backup_strategy:delete',
  'cluster:create',
  'cluster:delete',
  'cluster:force_delete',
  'cluster:index',
  'cluster:show',
  'cluster:show_instance',
  'cluster:action',
  'cluster:reset-status',
  'cluster:extension:root:create',
  'cluster:extension:root:delete',
  'cluster:extension:root:index',
  'configuration:create',
  'configuration:delete',
  'configuration:index',
  'configuration:show',
  'configuration:instances',
  'configuration:update',
  'configuration:edit',
  'configuration-parameter:index',
  'configuration-parameter:show',
  'configuration-parameter:index_by_version',
  'configuration-parameter:show_by_version',
  'module:create',
  'module:delete',
  'module:index',
  'module:show',
  'module:instances',
  'module:update',
  'module:reapply',
]

/**
 * Returns the policies in force with an operator's overrides. Throws a PolicyProblem.
 *
 * @param adminRoles roles that make an admin, unless the file has a rule `context_is_admin`
 */
export const policiesWith = (
  overrides: Readonly<Record<string, unknown>>,
  adminRoles: readonly string[] = ['admin'],
): Policies => makePolicies({ ...basePolicies, ...policies, context_is_admin: anyOfRoles(adminRoles) }, overrides)

/** In the list form of the language where a role has a name that its text form could not hold. */
function anyOfRoles(roles: readonly string[]) {
  const checks = roles.map(role => `role:${role}`)
  if (checks.length === 0) return '!'
  return checks.some(check => /\s/.test(check)) ? checks.map(check => [check]) : checks.join(' or ')
}

export const defaultPolicies: Policies = policiesWith({})
