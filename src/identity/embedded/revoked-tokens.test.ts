import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openRevokedTokens } from './revoked-tokens.ts'

const lifeMs = 3_600_000

function bench(t: TestContext) {
  const parent = mkdtempSync(join(tmpdir(), 'trove-ts-revoked-'))
  t.after(() => rmSync(parent, { recursive: true }))
  const folder = join(parent, 'revoked')
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs }
  const open = () => openRevokedTokens(folder, clock, lifeMs)
  return { folder, clock, open, tokens: open() }
}

type Tokens = ReturnType<typeof openRevokedTokens>

/** Advances the clock so that the next revocation starts a new epoch, and revokes a token. */
async function nextEpoch(clock: { nowMs: number }, tokens: Tokens): Promise<void> {
  tokens.epoch()
  clock.nowMs += lifeMs + 60_000
  await tokens.add({ id: `at ${clock.nowMs}`, epoch: tokens.epoch() })
}

test('every process on the folder knows a revoked token', async t => {
  const { open } = bench(t)
  const [one, other] = [open(), open()]
  const [a, b] = [
    { id: 'a', epoch: 0 },
    { id: 'b/../c', epoch: 0 },
  ]
  assert.equal(one.has(a), false)
  await one.add(a)
  await other.add(b)
  for (const tokens of [one, other]) assert.deepEqual([tokens.has(a), tokens.has(b)], [true, true])
})

test('a revoked token never becomes valid again, and its file is deleted once its epoch is long over', async t => {
  const { folder, clock, tokens, open } = bench(t)
  const token = { id: 'a', epoch: tokens.epoch() }
  await tokens.add(token)
  for (let epoch = 1; epoch <= 3; epoch++) {
    await nextEpoch(clock, tokens)
    assert.equal(tokens.epoch(), epoch)
    assert.equal(tokens.has(token), true)
    assert.equal(open().has(token), true)
  }
  assert.equal(readdirSync(folder).includes('a'), false)
  assert.equal(tokens.has({ id: 'never revoked', epoch: 0 }), true)
})

test('a token that was not revoked stays valid until it expires, however many others are revoked', async t => {
  const { clock, tokens } = bench(t)
  await nextEpoch(clock, tokens)
  for (let round = 0; round < 5; round++) {
    const token = { id: `kept ${round}`, epoch: tokens.epoch() }
    const endsMs = clock.nowMs + lifeMs
    while (clock.nowMs + lifeMs / 7 <= endsMs) {
      clock.nowMs += lifeMs / 7
      await tokens.add({ id: `revoked at ${clock.nowMs}`, epoch: tokens.epoch() })
      assert.equal(tokens.has(token), false)
    }
  }
})

test('several processes start the next epoch only once, and all of them see it', async t => {
  const { clock, tokens, open } = bench(t)
  const other = open()
  other.epoch()
  tokens.epoch()
  clock.nowMs += lifeMs + 60_000
  await tokens.add({ id: 'a', epoch: 0 })
  await other.add({ id: 'b', epoch: 0 })
  assert.deepEqual([tokens.epoch(), other.epoch()], [1, 1])
  clock.nowMs += 1000
  await other.add({ id: 'c', epoch: 1 })
  assert.deepEqual([tokens.epoch(), other.epoch()], [1, 1])
})

test('the folder only contains the revoked tokens of the last epochs', async t => {
  const { folder, clock, tokens } = bench(t)
  for (let epoch = 0; epoch < 20; epoch++) {
    for (let index = 0; index < 5; index++) await tokens.add({ id: `t${epoch}-${index}`, epoch: tokens.epoch() })
    await nextEpoch(clock, tokens)
  }
  assert.ok(readdirSync(folder).length < 25, `${readdirSync(folder).length} files`)
})

// A folder of another user would be unreadable, too, but not for root.
test('an unreadable folder is an error, and no token is accepted', t => {
  const { folder, open } = bench(t)
  symlinkSync('revoked', folder)
  assert.throws(() => open().has({ id: 'a', epoch: 0 }), { code: 'ELOOP' })
})

test('an unreadable epoch is an error that says what to do', async t => {
  const { folder, open, tokens } = bench(t)
  await tokens.add({ id: 'a', epoch: 0 })
  writeFileSync(join(folder, 'epoch'), '')
  assert.throws(() => open().has({ id: 'a', epoch: 0 }), /must contain a whole number. Delete the folder/)
})
