import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readPlainFile } from './plain-file.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-plain-'))
})
after(() => rmSync(folder, { recursive: true }))

const problemOf = (file: string, bytesMax = 100): string => {
  try {
    return `read: ${readPlainFile(file, bytesMax)}`
  } catch (error) {
    return (error as Error).message
  }
}

test('a file is read completely, up to its limit, also through a link', () => {
  const file = join(folder, 'file')
  for (const text of ['', 'a', 'é'.repeat(50)]) {
    writeFileSync(file, text)
    assert.equal(problemOf(file), `read: ${text}`)
  }
  symlinkSync('file', join(folder, 'link'))
  assert.equal(problemOf(join(folder, 'link')), `read: ${'é'.repeat(50)}`)
})

test('a file above its limit is not read, however large it is', () => {
  const file = join(folder, 'large')
  writeFileSync(file, 'x'.repeat(101))
  assert.equal(problemOf(file), 'it is 0.1 MiB large; at most 0.1 MiB is allowed')
  truncateSync(file, 50 * 2 ** 30)
  assert.equal(problemOf(file, 8 * 2 ** 20), 'it is 51200 MiB large; at most 8 MiB is allowed')
})

test('a path that is not a regular file is refused with the reason, without waiting', async t => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  assert.equal(problemOf(pipe), 'it is a pipe, not a regular file')
  assert.equal(problemOf(folder), 'it is a folder')
  for (const device of ['/dev/zero', '/dev/null']) assert.equal(problemOf(device), 'it is a device, not a regular file')
  const socket = createServer().listen(join(folder, 'socket'))
  t.after(() => socket.close())
  await once(socket, 'listening')
  assert.equal(problemOf(join(folder, 'socket')), 'it is a socket or a device, not a regular file')
})

test('an error from opening a file is thrown unchanged, with its code', () =>
  assert.throws(() => readPlainFile(join(folder, 'nothing'), 1), { code: 'ENOENT' }))
