import assert from 'node:assert/strict'
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writePrivateFile } from './directory-file.ts'

const other = 65_534

if (process.getuid?.() === 0)
  test('a file that root replaces keeps its owner', t => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-ts-owner-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'identity.json')
    writeFileSync(file, 'old')
    chownSync(file, other, other)
    writePrivateFile(file, 'new')
    const { uid, gid, mode } = statSync(file)
    assert.deepEqual([uid, gid, mode & 0o777], [other, other, 0o600])
  })
else console.log('NOT RUN: a file that root replaces keeps its owner (requires root)')
