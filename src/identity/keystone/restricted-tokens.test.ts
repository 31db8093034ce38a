import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeKeystone } from '../../../test/outside/keystone.ts'
import { bench, isUnavailable, token } from '../../../test/outside/keystone-bench.ts'

const accessRules = [{ id: 'r', service: 'database', method: 'GET', path: '/v1.0/*/flavors' }]
const restricted = (keystone: FakeKeystone) => keystone.issue('u1', { project: 'p1' }, { accessRules })

test('a caller has the access rules of their application credential', async t => {
  const { keystone, identity } = await bench(t)
  const expected = { accessRules: [{ service: 'database', method: 'GET', path: '/v1.0/*/flavors' }] }
  const user = await identity.validate(restricted(keystone))
  assert.deepEqual(user, { userId: 'u1', projectId: 'p1', roles: ['member'], ...expected })
  const none = await identity.validate(keystone.issue('u1', { project: 'p1' }, { accessRules: [] }))
  assert.deepEqual(typeof none === 'object' && none.accessRules, [])
  const unrestricted = await identity.validate(token(keystone))
  assert.ok(typeof unrestricted === 'object' && !('accessRules' in unrestricted))
})

test('an incomplete access rule allows nothing, and anything but a list of rules is answered 503', async t => {
  const { keystone, identity } = await bench(t)
  const issue = (rules: unknown) => keystone.issue('u1', { project: 'p1' }, { accessRules: rules as object[] })
  for (const rules of [[{}], [{ service: 'database', method: 'GET' }], [null], [{ ...accessRules[0], path: 7 }]]) {
    const caller = await identity.validate(issue(rules))
    assert.deepEqual(typeof caller === 'object' && caller.accessRules, [])
  }
  for (const rules of [{}, 'all', 1]) await assert.rejects(identity.validate(issue(rules)), isUnavailable)
})

const serviceToken = (keystone: FakeKeystone) => keystone.issue('trove-user', { project: 'service' })

test('an expired token is accepted with a service token, as long as Keystone accepts it', async t => {
  const { keystone, identity, later } = await bench(t)
  const userToken = token(keystone)
  later(3600)
  assert.equal(await identity.validate(userToken), undefined)
  const user = await identity.validate(userToken, serviceToken(keystone))
  assert.deepEqual(user, { userId: 'u1', projectId: 'p1', roles: ['member'] })
  // The result for a service does not apply to other callers, and vice versa.
  assert.equal(await identity.validate(userToken), undefined)
  assert.ok(await identity.validate(userToken, serviceToken(keystone)))
  later(48 * 3600)
  assert.equal(await identity.validate(userToken, serviceToken(keystone)), undefined)
})

test('the result for an expired token with a service token is cached, and validated again after the cache time', async t => {
  const { keystone, identity, later } = await bench(t)
  const userToken = token(keystone)
  later(3600)
  const service = serviceToken(keystone)
  for (let time = 0; time < 3; time++) assert.ok(await identity.validate(userToken, service))
  assert.equal(keystone.asked.validations, 2)
  keystone.revoke(userToken)
  later(300)
  assert.equal(await identity.validate(userToken, service), undefined)
})

test('a cached token is not validated again when it comes with a service token', async t => {
  const { keystone, identity } = await bench(t)
  const [userToken, service] = [token(keystone), serviceToken(keystone)]
  await identity.validate(userToken)
  await identity.validate(service)
  assert.ok(await identity.validate(userToken, service))
  assert.equal(keystone.asked.validations, 2)
})

test('a valid token is refused with an expired, revoked or invalid service token', async t => {
  const { keystone, identity, later } = await bench(t)
  const [expired, revoked] = [serviceToken(keystone), serviceToken(keystone)]
  keystone.revoke(revoked)
  later(3600)
  const userToken = token(keystone)
  for (const bad of [expired, revoked, 'nonsense', 'with a blank', 'ü'])
    assert.equal(await identity.validate(userToken, bad), undefined, bad)
  assert.ok(await identity.validate(userToken))
  // An expired service token is not accepted with itself either.
  assert.equal(await identity.validate(expired, expired), undefined)
})

test('a service token without a service role is ignored, or refused if such a role is required', async t => {
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

test('the configured service roles apply, in exactly this letter case', async t => {
  const { keystone, identity, later } = await bench(t, { serviceTokenRoles: ['carrier', 'Member'] })
  const expired = token(keystone)
  later(3600)
  assert.equal(await identity.validate(expired, serviceToken(keystone)), undefined)
  assert.equal(await identity.validate(expired, token(keystone)), undefined)
  keystone.roles['trove-user'] = { service: ['carrier'] }
  assert.ok(await identity.validate(expired, serviceToken(keystone)))
})

test('access rules do not apply to requests of a service on behalf of the user, but to all others', async t => {
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

test('while Keystone is away, an unknown service token is answered 503', async t => {
  const { keystone, identity } = await bench(t)
  const [known, service] = [token(keystone), serviceToken(keystone)]
  await identity.validate(known)
  await keystone.stop()
  await assert.rejects(identity.validate(known, service), isUnavailable)
})

test('a token that is bound to a connection is refused, unless the check of bindings is disabled', async t => {
  const { keystone, identity } = await bench(t)
  const bind = { kerberos: 'ann@EXAMPLE.ORG' }
  assert.equal(await identity.validate(keystone.issue('u1', { project: 'p1' }, { bind })), undefined)
  assert.ok(await identity.validate(keystone.issue('u1', { project: 'p1' }, { bind: {} })))
  const other = await bench(t, { checksBinding: false })
  assert.ok(await other.identity.validate(other.keystone.issue('u1', { project: 'p1' }, { bind })))
})
