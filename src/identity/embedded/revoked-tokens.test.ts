import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openRevokedTokens } from './revoked-tokens.ts'

const at = (seconds: number) => new Date(seconds * 1000)

function folderIn(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'trove-ts-revoked-'))
  t.after(() => rmSync(parent, { recursive: true }))
  return join(parent, 'revoked')
}

test('what was given back is known to whoever opened the folder, and forgotten once it would have expired anyway', async t => {
  const folder = folderIn(t)
  const [one, other] = [openRevokedTokens(folder), openRevokedTokens(folder)]
  assert.equal(one.has('a'), false)
  await one.add('a', 100, at(50))
  await other.add('b/../c', 200, at(60))
  for (const tokens of [one, other]) assert.deepEqual([tokens.has('a'), tokens.has('b/../c')], [true, true])
  // As another process leaves it for a moment.
  writeFileSync(join(folder, 'd'), '')
  await one.add('e', 300, at(150))
  assert.deepEqual([other.has('a'), other.has('b/../c'), other.has('d'), other.has('e')], [false, true, true, true])
  assert.equal(readdirSync(folder).length, 3)
})

test('what has expired is looked for once a minute, however many tokens are given back', async t => {
  const folder = folderIn(t)
  const tokens = openRevokedTokens(folder)
  await tokens.add('a', 110, at(100))
  await Promise.all(Array.from({ length: 20 }, (_, index) => tokens.add(`b${index}`, 500, at(120 + index))))
  assert.equal(tokens.has('a'), true)
  await tokens.add('c', 500, at(161))
  assert.equal(tokens.has('a'), false)
  assert.equal(readdirSync(folder).length, 21)
})

test('a folder that was copied, and its files’ times with it lost, is forgotten none of', async t => {
  const folder = folderIn(t)
  const tokens = openRevokedTokens(folder)
  await tokens.add('a', 300, at(100))
  utimesSync(join(folder, 'a'), at(1), at(1))
  await tokens.add('b', 300, at(200))
  assert.equal(tokens.has('a'), true)
})

// As one of another user's is, which root may read none the less.
test('a folder that cannot be read is an error: no token is taken for good', t => {
  const folder = folderIn(t)
  symlinkSync('revoked', folder)
  assert.throws(() => openRevokedTokens(folder).has('a'), { code: 'ELOOP' })
})
