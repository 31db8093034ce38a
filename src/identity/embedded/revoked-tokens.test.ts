import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRevokedTokens } from './revoked-tokens.ts'

test('what was given back is known to whoever opened the folder, and forgotten once it would have expired anyway', t => {
  const parent = mkdtempSync(join(tmpdir(), 'trove-ts-revoked-'))
  t.after(() => rmSync(parent, { recursive: true }))
  const folder = join(parent, 'revoked')
  const [one, other] = [openRevokedTokens(folder), openRevokedTokens(folder)]
  const at = (seconds: number) => new Date(seconds * 1000)
  assert.equal(one.has('a'), false)
  one.add('a', 100, at(50))
  other.add('b/../c', 200, at(60))
  for (const tokens of [one, other]) assert.deepEqual([tokens.has('a'), tokens.has('b/../c')], [true, true])
  // As another process leaves it for a moment.
  writeFileSync(join(folder, 'd'), '')
  one.add('e', 300, at(150))
  assert.deepEqual([other.has('a'), other.has('b/../c'), other.has('d'), other.has('e')], [false, true, true, true])
  assert.equal(readdirSync(folder).length, 3)
})
