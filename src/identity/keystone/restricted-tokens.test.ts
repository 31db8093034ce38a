import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeKeystone } from '../../../test/outside/keystone.ts'
import { bench, isUnavailable, token } from '../../../test/outside/keystone-bench.ts'

const accessRules = [{ id: 'r', service: 'database', method: 'GET', path: '/v1.0/*/flavors' }]
const restricted = (keystone: FakeKeystone) => keystone.issue('u1', { project: 'p1' }, { accessRules })

test('the access rules of an application credential come along, for whoever knows what is asked', async t => {
  const { keystone, identity } = await bench(t)
  const expected = { accessRules: [{ service: 'database', method: 'GET', path: '/v1.0/*/flavors' }] }
  const found = await identity.validate(restricted(keystone))
  assert.deepEqual(found, { userId: 'u1', projectId: 'p1', roles: ['member'], ...expected })
  const none = await identity.validate(keystone.issue('u1', { project: 'p1' }, { accessRules: [] }))
  assert.deepEqual(typeof none === 'object' && none.accessRules, [])
  const unrestricted = await identity.validate(token(keystone))
  assert.ok(typeof unrestricted === 'object' && !('accessRules' in unrestricted))
})

test('an access rule that lacks a part allows nothing, and what is no list lets nobody in', async t => {
  const { keystone, identity } = await bench(t)
  const issue = (rules: unknown) => keystone.issue('u1', { project: 'p1' }, { accessRules: rules as object[] })
  for (const rules of [[{}], [{ service: 'database', method: 'GET' }], [null], [{ ...accessRules[0], path: 7 }]]) {
    const caller = await identity.validate(issue(rules))
    assert.deepEqual(typeof caller === 'object' && caller.accessRules, [])
  }
  for (const rules of [{}, 'all', 1]) await assert.rejects(identity.validate(issue(rules)), isUnavailable)
})

const serviceToken = (keystone: FakeKeystone) => keystone.issue('trove-user', { project: 'service' })

test('a service token carries an expired one, as long as Keystone does', async t => {
  const { keystone, identity, later } = await bench(t)
  const given = token(keystone)
  later(3600)
  assert.equal(await identity.validate(given), undefined)
  const caller = await identity.validate(given, serviceToken(keystone))
  assert.deepEqual(caller, { userId: 'u1', projectId: 'p1', roles: ['member'] })
  // What was said to a service is not said to others, and the other way round.
  assert.equal(await identity.validate(given), undefined)
  assert.ok(await identity.validate(given, serviceToken(keystone)))
  later(48 * 3600)
  assert.equal(await identity.validate(given, serviceToken(keystone)), undefined)
})

test('an expired one that a service brought is remembered for the cache time, and asked about again', async t => {
  const { keystone, identity, later } = await bench(t)
  const given = token(keystone)
  later(3600)
  const service = serviceToken(keystone)
  for (let time = 0; time < 3; time++) assert.ok(await identity.validate(given, service))
  assert.equal(keystone.asked.validations, 2)
  keystone.revoke(given)
  later(300)
  assert.equal(await identity.validate(given, service), undefined)
})

test('one that is known needs no service token, nor to be asked about again with one', async t => {
  const { keystone, identity } = await bench(t)
  const [given, service] = [token(keystone), serviceToken(keystone)]
  await identity.validate(given)
  await identity.validate(service)
  assert.ok(await identity.validate(given, service))
  assert.equal(keystone.asked.validations, 2)
})

test('a service token that expired, was revoked or is none spoils a good token', async t => {
  const { keystone, identity, later } = await bench(t)
  const [expired, revoked] = [serviceToken(keystone), serviceToken(keystone)]
  keystone.revoke(revoked)
  later(3600)
  const given = token(keystone)
  for (const bad of [expired, revoked, 'nonsense', 'with a blank', 'ü'])
    assert.equal(await identity.validate(given, bad), undefined, bad)
  assert.ok(await identity.validate(given))
  // Nor is it carried by itself.
  assert.equal(await identity.validate(expired, expired), undefined)
})

test('a token without a role of services carries nothing; it is refused where such a role is required', async t => {
  const { keystone, identity, later } = await bench(t)
  const strict = await bench(t, { serviceTokenRolesRequired: true })
  const expired = token(keystone)
  later(3600)
  assert.equal(await identity.validate(expired, token(keystone)), undefined)
  assert.ok(await identity.validate(token(keystone), token(keystone)))
  assert.ok(await identity.validate(token(keystone), keystone.issue('u1')))
  assert.equal(await strict.identity.validate(token(strict.keystone), token(strict.keystone)), undefined)
  assert.ok(await strict.identity.validate(token(strict.keystone), serviceToken(strict.keystone)))
})

test('which roles are those of services is the configuration’s, to the letter', async t => {
  const { keystone, identity, later } = await bench(t, { serviceTokenRoles: ['carrier', 'Member'] })
  const expired = token(keystone)
  later(3600)
  assert.equal(await identity.validate(expired, serviceToken(keystone)), undefined)
  assert.equal(await identity.validate(expired, token(keystone)), undefined)
  keystone.roles['trove-user'] = { service: ['carrier'] }
  assert.ok(await identity.validate(expired, serviceToken(keystone)))
})

test('what a service asks on behalf of a restricted token is no request of the user’s; anybody else’s is', async t => {
  const { keystone, identity } = await bench(t)
  const rulesWith = async (service?: string) => {
    const caller = await identity.validate(restricted(keystone), service)
    return typeof caller === 'object' && caller.accessRules?.length
  }
  assert.equal(await rulesWith(serviceToken(keystone)), undefined)
  assert.equal(await rulesWith(token(keystone)), 1)
  const own = restricted(keystone)
  const caller = await identity.validate(own, own)
  assert.ok(typeof caller === 'object' && caller.accessRules?.length === 1)
})

test('while Keystone is away a service token that is not known is neither let in nor refused', async t => {
  const { keystone, identity } = await bench(t)
  const [known, service] = [token(keystone), serviceToken(keystone)]
  await identity.validate(known)
  await keystone.stop()
  await assert.rejects(identity.validate(known, service), isUnavailable)
})

test('a token that is bound to a connection of somebody else is refused, unless binding is not looked at', async t => {
  const { keystone, identity } = await bench(t)
  const bind = { kerberos: 'ann@EXAMPLE.ORG' }
  assert.equal(await identity.validate(keystone.issue('u1', { project: 'p1' }, { bind })), undefined)
  assert.ok(await identity.validate(keystone.issue('u1', { project: 'p1' }, { bind: {} })))
  const other = await bench(t, { checksBinding: false })
  assert.ok(await other.identity.validate(other.keystone.issue('u1', { project: 'p1' }, { bind })))
})
