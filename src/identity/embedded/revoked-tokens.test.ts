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

/** Lets so much time pass that the next epoch begins with the next token that is given back. */
async function nextEpoch(clock: { nowMs: number }, tokens: Tokens): Promise<void> {
  tokens.epoch()
  clock.nowMs += lifeMs + 60_000
  await tokens.add({ id: `at ${clock.nowMs}`, epoch: tokens.epoch() })
}

test('what was given back is known to whoever opened the folder', async t => {
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

test('what was given back is good never again, and its file goes once its epoch is long over', async t => {
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
  assert.equal(tokens.has({ id: 'never given back', epoch: 0 }), true)
})

test('a token that was not given back is good for as long as it lives, however many are given back', async t => {
  const { clock, tokens } = bench(t)
  await nextEpoch(clock, tokens)
  for (let round = 0; round < 5; round++) {
    const token = { id: `kept ${round}`, epoch: tokens.epoch() }
    const endsMs = clock.nowMs + lifeMs
    while (clock.nowMs + lifeMs / 7 <= endsMs) {
      clock.nowMs += lifeMs / 7
      await tokens.add({ id: `given back at ${clock.nowMs}`, epoch: tokens.epoch() })
      assert.equal(tokens.has(token), false)
    }
  }
})

test('several processes begin the next epoch once, and each of them sees it', async t => {
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

test('the folder holds what was given back in the last epochs only', async t => {
  const { folder, clock, tokens } = bench(t)
  for (let epoch = 0; epoch < 20; epoch++) {
    for (let index = 0; index < 5; index++) await tokens.add({ id: `t${epoch}-${index}`, epoch: tokens.epoch() })
    await nextEpoch(clock, tokens)
  }
  assert.ok(readdirSync(folder).length < 25, `${readdirSync(folder).length} files`)
})

// As one of another user's is, which root may read none the less.
test('a folder that cannot be read is an error: no token is taken for good', t => {
  const { folder, open } = bench(t)
  symlinkSync('revoked', folder)
  assert.throws(() => open().has({ id: 'a', epoch: 0 }), { code: 'ELOOP' })
})

test('an epoch that cannot be read is an error that says what to do', async t => {
  const { folder, open, tokens } = bench(t)
  await tokens.add({ id: 'a', epoch: 0 })
  writeFileSync(join(folder, 'epoch'), '')
  assert.throws(() => open().has({ id: 'a', epoch: 0 }), /must hold a whole number. Delete the folder/)
})
