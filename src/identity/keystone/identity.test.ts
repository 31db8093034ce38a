import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { bench, isUnavailable, token } from '../../../test/outside/keystone-bench.ts'
import { Fault } from '../../model/fault.ts'

test('a token is asked about once, however many requests bring it at once or later', async t => {
  const { keystone, identity, later } = await bench(t)
  const given = token(keystone)
  await Promise.all(Array.from({ length: 20 }, () => identity.validate(given)))
  later(299)
  await identity.validate(given)
  assert.deepEqual(keystone.asked, { logins: 1, validations: 1 })
  later(1)
  await identity.validate(given)
  assert.deepEqual(keystone.asked, { logins: 1, validations: 2 })
})

test('so is one that is none', async t => {
  const { keystone, identity } = await bench(t)
  await Promise.all(Array.from({ length: 20 }, () => identity.validate('nonsense')))
  assert.equal(await identity.validate('nonsense'), undefined)
  assert.equal(keystone.asked.validations, 1)
})

test('with a negative cache time each request is asked about', async t => {
  const { keystone, identity } = await bench(t, { cacheSeconds: -1 })
  const given = token(keystone)
  await identity.validate(given)
  keystone.revoke(given)
  assert.equal(await identity.validate(given), undefined)
  assert.equal(keystone.asked.validations, 2)
})

test('what is remembered of a token never outlives it', async t => {
  const { keystone, identity, later } = await bench(t)
  Object.assign(keystone, { tokenLifeSeconds: 100 })
  const given = token(keystone)
  Object.assign(keystone, { tokenLifeSeconds: 3600 })
  assert.ok(await identity.validate(given))
  later(100)
  assert.equal(await identity.validate(given), undefined)
})

test('what is remembered is a token’s hash, and never the token', async t => {
  const { keystone, identity } = await bench(t)
  const good = token(keystone)
  const set = t.mock.method(Map.prototype, 'set')
  for (const given of [good, 'nonsense']) await identity.validate(given)
  const kept = set.mock.calls.map(({ arguments: [key, value] }) => inspect([key, value], { depth: null }))
  set.mock.restore()
  for (const given of [good, 'nonsense']) {
    const hash = createHash('sha256').update(given).digest('base64')
    assert.ok(kept.some(entry => entry.includes(hash) && entry.includes('untilMs')))
    assert.deepEqual(
      kept.filter(entry => entry.includes(given)),
      [],
    )
  }
})

for (const [what, scope] of [
  ['without a scope', undefined],
  ['of a domain', { domain: 'default' }],
  ['of the system', 'system'],
] as const)
  test(`a token ${what} is good, but for no project`, async t => {
    const { keystone, identity } = await bench(t)
    assert.equal(await identity.validate(keystone.issue('u1', scope)), 'unscoped')
  })

test('the service user’s token is renewed a minute before it ends', async t => {
  const { keystone, identity, later } = await bench(t)
  await identity.validate(token(keystone))
  later(3539)
  await identity.validate(token(keystone))
  assert.equal(keystone.asked.logins, 1)
  later(1)
  await identity.validate(token(keystone))
  assert.equal(keystone.asked.logins, 2)
})

test('and when Keystone does not know it any more', async t => {
  const { keystone, identity } = await bench(t)
  await identity.validate(token(keystone))
  keystone.revokeAllOf('trove-user')
  assert.ok(await identity.validate(token(keystone)))
  assert.equal(keystone.asked.logins, 2)
})

test('an application credential will do', async t => {
  const credentials = { kind: 'application credential', id: 'credential', secret: 'credential-pass' } as const
  const { keystone, identity } = await bench(t, { credentials })
  assert.ok(await identity.validate(token(keystone)))
})

test('while Keystone is away known tokens are let in, others neither let in nor refused, and then all is well again', async t => {
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

test('a kept connection that Keystone has closed is not felt', async t => {
  const { keystone, identity } = await bench(t)
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 5 }, () => identity.validate(token(keystone))))
    await keystone.stop()
    await keystone.start()
  }
  assert.ok(await identity.validate(token(keystone)))
})

for (const mode of ['hang', 'fail'] as const)
  test(`a Keystone that ${mode === 'hang' ? 'does not answer' : 'answers 500'} is as one that is away, and is soon given up`, async t => {
    const { keystone, identity } = await bench(t)
    await identity.validate(token(keystone))
    keystone.mode.now = mode
    const startedAtMs = performance.now()
    await assert.rejects(identity.validate(token(keystone)), isUnavailable)
    assert.ok(performance.now() - startedAtMs < 2000)
    keystone.mode.now = 'answer'
    assert.ok(await identity.validate(token(keystone)))
  })

test('a login that hangs is given up as well, and does not stand in the way of the next', async t => {
  const { keystone, identity } = await bench(t)
  keystone.mode.now = 'hang'
  await assert.rejects(identity.validate(token(keystone)), isUnavailable)
  keystone.mode.now = 'answer'
  await assert.doesNotReject(identity.validate(token(keystone)))
})

test('a service user who is not let in is told once, and not tried again for five seconds', async t => {
  const { keystone, identity, later } = await bench(t)
  keystone.users[0]!.password = 'another'
  const isShutOut = (error: unknown) =>
    error instanceof Fault && error.status === 503 && /does not let the service user in/.test(error.message)
  await assert.rejects(identity.validate(token(keystone)), isShutOut)
  await assert.rejects(identity.validate(token(keystone)), isShutOut)
  assert.equal(keystone.asked.logins, 1)
  keystone.users[0]!.password = 'service-pass'
  later(5)
  assert.ok(await identity.validate(token(keystone)))
})

test('a catalogue without the endpoint that is wanted is a fault that names it', async t => {
  const { keystone, identity } = await bench(t, { interface: 'admin' })
  await assert.rejects(
    identity.validate(token(keystone)),
    /catalogue has no admin endpoint of type identity in region RegionOne/,
  )
})
