import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  createPrivateFile,
  createPrivateFolder,
  permissionAdvice,
  readDirectory,
  writePrivateFile,
} from './directory-file.ts'

const other = 65_534

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-owner-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

const ownerAndMode = (file: string) => {
  const { uid, gid, mode } = statSync(file)
  return [uid, gid, mode & 0o777]
}

test('a private file is never written through an existing link', t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'secret.key')
  symlinkSync(join(folder, 'target'), file)
  assert.throws(() => createPrivateFile(file, 'secret'), /EEXIST/)
})

test('chown is advised only if permission to read the file is denied', () => {
  const denied = Object.assign(new Error('no'), { code: 'EACCES' })
  assert.match(permissionAdvice(denied, '/srv/a b/secret.key'), /, as root: chown \S+ '\/srv\/a b\/secret\.key'$/)
  assert.equal(permissionAdvice(new Error('it is not JSON'), '/srv/identity.json'), '')
})

if (process.getuid?.() === 0) {
  test('a file that root replaces keeps its owner', t => {
    const file = join(temporaryFolder(t), 'identity.json')
    writeFileSync(file, 'old')
    chownSync(file, other, other)
    writePrivateFile(file, 'new')
    assert.deepEqual(ownerAndMode(file), [other, other, 0o600])
  })

  test('what root creates in the folder of another user belongs to that user', t => {
    const folder = temporaryFolder(t)
    chownSync(folder, other, other)
    const [written, created, inside] = ['identity.json', 'secret.key', 'tokens'].map(name => join(folder, name))
    writePrivateFile(written!, 'new')
    createPrivateFile(created!, 'new')
    createPrivateFolder(inside!)
    assert.deepEqual(
      [written, created, inside].map(path => ownerAndMode(path!)),
      [
        [other, other, 0o600],
        [other, other, 0o600],
        [other, other, 0o700],
      ],
    )
  })

  test('a user who may not read the file is told what to do', t => {
    const folder = temporaryFolder(t)
    chmodSync(folder, 0o711)
    const file = join(folder, 'identity.json')
    writePrivateFile(file, '{}')
    const advice = new RegExp(`permission denied for this user\\. If the service .*: chown \\S+ ${file}$`)
    process.seteuid!(other)
    try {
      assert.throws(() => readDirectory(file), advice)
    } finally {
      process.seteuid!(0)
    }
  })
} else console.log('NOT RUN: the owners of files that root writes (requires root)')
