import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { bench, isUnavailable, token } from '../../../test/outside/keystone-bench.ts'
import { Fault } from '../../model/fault.ts'

test('a token is validated once, however many requests use it, at once or later', async t => {
  const { keystone, identity, later } = await bench(t)
  const userToken = token(keystone)
  await Promise.all(Array.from({ length: 20 }, () => identity.validate(userToken)))
  later(299)
  await identity.validate(userToken)
  assert.deepEqual(keystone.asked, { logins: 1, validations: 1 })
  later(1)
  await identity.validate(userToken)
  assert.deepEqual(keystone.asked, { logins: 1, validations: 2 })
})

test('an invalid token is validated once, too', async t => {
  const { keystone, identity } = await bench(t)
  await Promise.all(Array.from({ length: 20 }, () => identity.validate('nonsense')))
  assert.equal(await identity.validate('nonsense'), undefined)
  assert.equal(keystone.asked.validations, 1)
})

test('with a negative cache time, every request is validated', async t => {
  const { keystone, identity } = await bench(t, { cacheSeconds: -1 })
  const userToken = token(keystone)
  await identity.validate(userToken)
  keystone.revoke(userToken)
  assert.equal(await identity.validate(userToken), undefined)
  assert.equal(keystone.asked.validations, 2)
})

test('a cached result is not used after the token expires', async t => {
  const { keystone, identity, later } = await bench(t)
  Object.assign(keystone, { tokenLifeSeconds: 100 })
  const userToken = token(keystone)
  Object.assign(keystone, { tokenLifeSeconds: 3600 })
  assert.ok(await identity.validate(userToken))
  later(100)
  assert.equal(await identity.validate(userToken), undefined)
})

test('the cache contains the hashes of tokens, and never the tokens', async t => {
  const { keystone, identity } = await bench(t)
  const good = token(keystone)
  const set = t.mock.method(Map.prototype, 'set')
  for (const token of [good, 'nonsense']) await identity.validate(token)
  const kept = set.mock.calls.map(({ arguments: [key, value] }) => inspect([key, value], { depth: null }))
  set.mock.restore()
  for (const token of [good, 'nonsense']) {
    const hash = createHash('sha256').update(token).digest('base64')
    assert.ok(kept.some(entry => entry.includes(hash) && entry.includes('untilMs')))
    assert.deepEqual(
      kept.filter(entry => entry.includes(token)),
      [],
    )
  }
})

for (const [description, scope] of [
  ['without a scope', undefined],
  ['of a domain', { domain: 'default' }],
  ['of the system', 'system'],
] as const)
  test(`a token ${description} is valid, but for no project`, async t => {
    const { keystone, identity } = await bench(t)
    assert.equal(await identity.validate(keystone.issue('u1', scope)), 'unscoped')
  })

test('the service user’s token is renewed a minute before it expires', async t => {
  const { keystone, identity, later } = await bench(t)
  await identity.validate(token(keystone))
  later(3539)
  await identity.validate(token(keystone))
  assert.equal(keystone.asked.logins, 1)
  later(1)
  await identity.validate(token(keystone))
  assert.equal(keystone.asked.logins, 2)
})

test('the service user’s token is renewed when Keystone no longer knows it', async t => {
  const { keystone, identity } = await bench(t)
  await identity.validate(token(keystone))
  keystone.revokeAllOf('trove-user')
  assert.ok(await identity.validate(token(keystone)))
  assert.equal(keystone.asked.logins, 2)
})

test('the service user can log in with an application credential', async t => {
  const credentials = { kind: 'application credential', id: 'credential', secret: 'credential-pass' } as const
  const { keystone, identity } = await bench(t, { credentials })
  assert.ok(await identity.validate(token(keystone)))
})

test('while Keystone is away, cached tokens are accepted and others are answered 503; afterwards all work again', async t => {
  const { keystone, identity, later } = await bench(t)
  const [known, other] = [token(keystone), token(keystone)]
  await identity.validate(known)
  await identity.validate('nonsense')
  await keystone.stop()
  assert.ok(await identity.validate(known))
  assert.equal(await identity.validate('nonsense'), undefined)
  await assert.rejects(identity.validate(other), isUnavailable)
  later(300)
  await assert.rejects(identity.validate(known), isUnavailable)
  await keystone.start()
  assert.ok(await identity.validate(known))
  assert.ok(await identity.validate(other))
})

test('a kept connection that Keystone has closed causes no errors', async t => {
  const { keystone, identity } = await bench(t)
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 5 }, () => identity.validate(token(keystone))))
    await keystone.stop()
    await keystone.start()
  }
  assert.ok(await identity.validate(token(keystone)))
})

for (const mode of ['hang', 'fail'] as const)
  test(`a Keystone that ${mode === 'hang' ? 'does not answer' : 'answers 500'} is treated like one that is away, within two seconds`, async t => {
    const { keystone, identity } = await bench(t)
    await identity.validate(token(keystone))
    keystone.mode.now = mode
    const startedAtMs = performance.now()
    await assert.rejects(identity.validate(token(keystone)), isUnavailable)
    assert.ok(performance.now() - startedAtMs < 2000)
    keystone.mode.now = 'answer'
    assert.ok(await identity.validate(token(keystone)))
  })

test('a login that hangs times out, and does not block the next one', async t => {
  const { keystone, identity } = await bench(t)
  keystone.mode.now = 'hang'
  await assert.rejects(identity.validate(token(keystone)), isUnavailable)
  keystone.mode.now = 'answer'
  await assert.doesNotReject(identity.validate(token(keystone)))
})

test('after a refused login, the service user does not try again for five seconds', async t => {
  const { keystone, identity, later } = await bench(t)
  keystone.users[0]!.password = 'another'
  const isShutOut = (error: unknown) =>
    error instanceof Fault && error.status === 503 && /refuses the login of the service user/.test(error.message)
  await assert.rejects(identity.validate(token(keystone)), isShutOut)
  await assert.rejects(identity.validate(token(keystone)), isShutOut)
  assert.equal(keystone.asked.logins, 1)
  keystone.users[0]!.password = 'service-pass'
  later(5)
  assert.ok(await identity.validate(token(keystone)))
})

test('a service catalogue without the required endpoint is a fault that names it', async t => {
  const { keystone, identity } = await bench(t, { interface: 'admin' })
  await assert.rejects(
    identity.validate(token(keystone)),
    /catalogue has no admin endpoint of type identity in region RegionOne/,
  )
})
