import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Caller } from '../model/caller.ts'
import { accessRefusal, type PolicyName, policies } from './access.ts'

const caller = (isAdmin: boolean, roles: readonly string[]): Caller => ({
  userId: 'a-user',
  projectId: 'a-project',
  roles,
  isAdmin,
})
const member = caller(false, ['member'])
const admin = caller(true, ['admin'])

/** What each policy answers to a member and to an admin; undefined: go on. A new policy needs a line here. */
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
  'instance:force_delete': [403, undefined],
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
  'mgmt:datastore_version_flavor_add': [401, undefined],
  'mgmt:datastore_version_flavor_delete': [401, undefined],
  'mgmt:datastore_version_flavor_event_index': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_index': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_add': [401, undefined],
  'mgmt:datastore_version_flavor_requirement_delete': [401, undefined],
  'mgmt:datastore_version_flavor_policy_show': [401, undefined],
  'mgmt:datastore_version_flavor_policy_update': [401, undefined],
  'mgmt:flavor_compliance': [401, undefined],
  not_offered: [undefined, undefined],
}

test('the table knows each policy, and no more', () =>
  assert.deepEqual(Object.keys(answers).toSorted(), Object.keys(policies).toSorted()))

describe('access', () => {
  for (const [policy, [forMember, forAdmin]] of Object.entries(answers) as [PolicyName, [number?, number?]][]) {
    test(`${policy}: ${forMember ?? 'yes'} for a member`, () =>
      assert.equal(accessRefusal(policy, member)?.status, forMember))
    test(`${policy}: ${forAdmin ?? 'yes'} for an admin`, () =>
      assert.equal(accessRefusal(policy, admin)?.status, forAdmin))
  }

  test('a role that is called admin does not make an admin: the identity service says who is one', () => {
    assert.equal(accessRefusal('datastore:delete', caller(false, ['admin']))?.status, 403)
    assert.equal(accessRefusal('datastore:delete', caller(true, []))?.status, undefined)
  })

  test('a refusal speaks as Trove does', () => {
    assert.equal(
      accessRefusal('datastore:delete', member)?.message,
      "Policy doesn't allow datastore:delete to be performed.",
    )
    assert.equal(accessRefusal('mgmt:datastore_version_index', member)?.message, 'User does not have admin privileges.')
  })
})
