import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Caller } from '../../model/caller.ts'
import { accessRefusal, callerOf, isForAdmins } from './decide.ts'
import { defaultPolicies, type PolicyName, policies, policiesWith } from './default-policies.ts'
import type { Policies } from './parse-policies.ts'

const caller = (isAdmin: boolean, roles: readonly string[]): Caller => ({
  userId: 'a-user',
  projectId: 'a-project',
  roles,
  isAdmin,
})
const member = caller(false, ['member'])
const admin = caller(true, ['admin'])

/** The refusal of each policy for a member and for an admin; undefined if admitted. A new policy needs a line here. */
const answers: Record<PolicyName, [member: 401 | 403 | undefined, admin: undefined]> = {
  'datastore:index': [undefined, undefined],
  'datastore:show': [undefined, undefined],
  'datastore:delete': [403, undefined],
  'datastore:version_index': [undefined, undefined],
  'datastore:version_show': [undefined, undefined],
  'datastore:version_show_by_uuid': [undefined, undefined],
  'datastore:list_associated_flavors': [undefined, undefined],
  'datastore:list_associated_volume_types': [undefined, undefined],
  'flavor:index': [undefined, undefined],
  'flavor:show': [undefined, undefined],
  'instance:index': [undefined, undefined],
  'instance:detail': [undefined, undefined],
  'instance:show': [undefined, undefined],
  'instance:flavor_index': [undefined, undefined],
  'instance:create': [undefined, undefined],
  'instance:update': [undefined, undefined],
  'instance:edit': [undefined, undefined],
  'instance:delete': [undefined, undefined],
  'instance:action': [undefined, undefined],
  'instance:restart': [undefined, undefined],
  'instance:resize_flavor': [undefined, undefined],
  'instance:resize_volume': [undefined, undefined],
  'instance:reset_status': [403, undefined],
  'instance:force_delete': [undefined, undefined],
  'instance:extension:root:index': [undefined, undefined],
  'instance:extension:root:create': [undefined, undefined],
  'instance:extension:root:delete': [undefined, undefined],
  'instance:extension:database:index': [undefined, undefined],
  'instance:extension:database:create': [undefined, undefined],
  'instance:extension:database:delete': [undefined, undefined],
  'instance:extension:user:index': [undefined, undefined],
  'instance:extension:user:show': [undefined, undefined],
  'instance:extension:user:create': [undefined, undefined],
  'instance:extension:user:update': [undefined, undefined],
  'instance:extension:user:update_all': [undefined, undefined],
  'instance:extension:user:delete': [undefined, undefined],
  'instance:extension:user_access:index': [undefined, undefined],
  'instance:extension:user_access:update': [undefined, undefined],
  'instance:extension:user_access:delete': [undefined, undefined],
  'decision:create': [undefined, undefined],
  'decision:report': [undefined, undefined],
  'limits:index': [undefined, undefined],
  'volume_type:index': [undefined, undefined],
  'volume_type:show': [undefined, undefined],
  'mgmt:instance_index': [401, undefined],
  'mgmt:instance_show': [401, undefined],
  'mgmt:instance_action': [401, undefined],
  'mgmt:quota_update': [401, undefined],
  'mgmt:quota_show': [undefined, undefined],
  'mgmt:datastore_version_index': [401, undefined],
  'mgmt:datastore_version_show': [401, undefined],
  'mgmt:datastore_version_create': [401, undefined],
  'mgmt:datastore_version_edit': [401, undefined],
  'mgmt:datastore_version_delete': [401, undefined],
  'mgmt:datastore_version_flavor_index': [401, undefined],
  'mgmt:datastore_version_flavor_verdict_index': [401, undefined],
  'mgmt:datastore_version_flavor_add': [401, undefined],
  'mgmt:datastore_version_flavor_delete': [401, undefined],
  'mgmt:datastore_version_volume_type_index': [401, undefined],
  'mgmt:datastore_version_volume_type_add': [401, undefined],
  'mgmt:datastore_version_volume_type_delete': [401, undefined],
  'mgmt:datastore_version_flavor_event_index': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_index': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_add': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_delete': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_update': [401, undefined],
  'mgmt:datastore_version_flavor_policy_show': [401, undefined],
  'mgmt:datastore_flavor_requirement_index': [401, undefined],
  'mgmt:datastore_flavor_requirement_add': [401, undefined],
  'mgmt:datastore_flavor_requirement_update': [401, undefined],
  'mgmt:datastore_flavor_requirement_delete': [401, undefined],
  'mgmt:datastore_version_rule_copy': [401, undefined],
  'mgmt:datastore_catalogue_show': [401, undefined],
  'mgmt:datastore_catalogue_apply': [401, undefined],
  'mgmt:datastore_flavor_policy_show': [401, undefined],
  'mgmt:datastore_flavor_policy_update': [401, undefined],
  'mgmt:datastore_version_flavor_policy_update': [401, undefined],
  'mgmt:flavor_compliance': [401, undefined],
  'mgmt:flavor_verdict_index': [401, undefined],
  'mgmt:flavor_rule_event_index': [401, undefined],
  'mgmt:flavor_rule_event_undo': [401, undefined],
  'mgmt:flavor_waiver_index': [401, undefined],
  'mgmt:flavor_waiver_add': [401, undefined],
  'mgmt:flavor_waiver_update': [401, undefined],
  'mgmt:flavor_waiver_delete': [401, undefined],
  not_offered: [undefined, undefined],
}

test('the table has exactly the policies that exist', () =>
  assert.deepEqual(Object.keys(answers).toSorted(), Object.keys(policies).toSorted()))

describe('access', () => {
  for (const [policy, [forMember, forAdmin]] of Object.entries(answers) as [PolicyName, [number?, number?]][]) {
    test(`${policy}: ${forMember ?? 'yes'} for a member`, () =>
      assert.equal(accessRefusal(defaultPolicies, policy, member)?.status, forMember))
    test(`${policy}: ${forAdmin ?? 'yes'} for an admin`, () =>
      assert.equal(accessRefusal(defaultPolicies, policy, admin)?.status, forAdmin))
  }

  test('Trove’s rules accept the role admin; its management calls accept only the admins of the configuration', () => {
    const byName = caller(false, ['Admin'])
    const byConfiguration = caller(true, ['cloud_operator'])
    assert.equal(accessRefusal(defaultPolicies, 'datastore:delete', byName)?.status, undefined)
    assert.equal(accessRefusal(defaultPolicies, 'mgmt:instance_index', byName)?.status, 401)
    assert.equal(accessRefusal(defaultPolicies, 'datastore:delete', byConfiguration)?.status, undefined)
    assert.equal(accessRefusal(defaultPolicies, 'mgmt:instance_index', byConfiguration)?.status, undefined)
  })

  test('only admins may access objects of another project', () => {
    assert.equal(accessRefusal(defaultPolicies, 'instance:delete', member, 'another-project')?.status, 403)
    assert.equal(accessRefusal(defaultPolicies, 'instance:delete', admin, 'another-project')?.status, undefined)
  })

  test('an operator’s rule replaces the default, also for management calls, and may refer to the owner', () => {
    const changed = policiesWith({
      'instance:delete': 'project_id:%(tenant)s',
      'mgmt:instance_index': 'role:auditor',
      'flavor:index': '!',
    })
    assert.equal(accessRefusal(changed, 'instance:delete', admin)?.status, undefined)
    assert.equal(accessRefusal(changed, 'instance:delete', admin, 'another-project')?.status, 403)
    assert.equal(accessRefusal(changed, 'mgmt:instance_index', caller(false, ['auditor']))?.status, undefined)
    assert.equal(accessRefusal(changed, 'mgmt:instance_index', admin)?.status, 401)
    assert.equal(accessRefusal(changed, 'flavor:index', admin)?.status, 403)
    assert.equal(accessRefusal(changed, 'flavor:show', member)?.status, undefined)
  })

  const admins: [what: string, policies: Policies, roles: string[], isAdmin: boolean][] = [
    ['the role admin, by default', defaultPolicies, ['admin'], true],
    ['in any letter case', defaultPolicies, ['ADMIN'], true],
    ['among other roles', defaultPolicies, ['reader', 'admin'], true],
    ['no other role', defaultPolicies, ['administrator', 'member'], false],
    ['no role at all', defaultPolicies, [], false],
    ['a role of admin_roles', policiesWith({}, ['boss', 'chief']), ['Chief'], true],
    ['the role admin, when admin_roles names others', policiesWith({}, ['boss']), ['admin'], false],
    ['a role of admin_roles with blanks', policiesWith({}, ['the boss']), ['the boss'], true],
    ['half of a role with blanks', policiesWith({}, ['the boss']), ['the'], false],
    ['nobody, when admin_roles is empty', policiesWith({}, []), ['admin'], false],
    ['a role that context_is_admin names', policiesWith({ context_is_admin: 'role:dba' }), ['dba'], true],
    [
      'the role admin, when context_is_admin names another',
      policiesWith({ context_is_admin: 'role:dba' }),
      ['admin'],
      false,
    ],
    [
      'a role of admin_roles, when context_is_admin names another',
      policiesWith({ context_is_admin: 'role:dba' }, ['boss']),
      ['boss'],
      false,
    ],
    ['a user that context_is_admin names', policiesWith({ context_is_admin: 'user_id:u' }), [], true],
    [
      'a project that context_is_admin names',
      policiesWith({ context_is_admin: 'role:x and project_id:p' }),
      ['x'],
      true,
    ],
    [
      'nobody by is_admin in context_is_admin, which it decides itself',
      policiesWith({ context_is_admin: 'is_admin:True' }),
      ['admin'],
      false,
    ],
    [
      'a rule that context_is_admin refers to',
      policiesWith({ context_is_admin: 'rule:db', db: 'role:a or role:b' }),
      ['b'],
      true,
    ],
  ]
  for (const [what, policies, roles, isAdmin] of admins)
    test(`an admin is: ${what}`, () => {
      assert.equal(callerOf(policies, { userId: 'u', projectId: 'p', roles }).isAdmin, isAdmin)
    })

  test('a policy is for admins if it refuses ordinary members', () => {
    assert.equal(isForAdmins(defaultPolicies, 'datastore:delete'), true)
    assert.equal(isForAdmins(defaultPolicies, 'instance:delete'), false)
    assert.equal(isForAdmins(policiesWith({ 'flavor:index': 'is_admin:True' }), 'flavor:index'), true)
    assert.equal(isForAdmins(policiesWith({ 'flavor:index': 'role:reader' }), 'flavor:index'), false)
  })

  test('a refusal has the words of Trove', () => {
    assert.equal(
      accessRefusal(defaultPolicies, 'datastore:delete', member)?.message,
      "Policy doesn't allow datastore:delete to be performed.",
    )
    assert.equal(
      accessRefusal(defaultPolicies, 'mgmt:datastore_version_index', member)?.message,
      'User does not have admin privileges.',
    )
  })
})
