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

test('a file is read whole, up to its limit, also through a link', () => {
  const file = join(folder, 'file')
  for (const text of ['', 'a', 'é'.repeat(50)]) {
    writeFileSync(file, text)
    assert.equal(problemOf(file), `read: ${text}`)
  }
  symlinkSync('file', join(folder, 'link'))
  assert.equal(problemOf(join(folder, 'link')), `read: ${'é'.repeat(50)}`)
})

test('a file beyond its limit is not read, however large it is', () => {
  const file = join(folder, 'large')
  writeFileSync(file, 'x'.repeat(101))
  assert.equal(problemOf(file), 'it has 0.1 MiB, and may have 0.1 MiB: take out what is not needed')
  truncateSync(file, 50 * 2 ** 30)
  assert.equal(problemOf(file, 8 * 2 ** 20), 'it has 51200 MiB, and may have 8 MiB: take out what is not needed')
})

test('what is no file is told in a sentence, and nobody waits for it', async t => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  assert.equal(problemOf(pipe), 'it is a pipe, and must be a file')
  assert.equal(problemOf(folder), 'it is a folder')
  for (const device of ['/dev/zero', '/dev/null']) assert.equal(problemOf(device), 'it is a device, and must be a file')
  const socket = createServer().listen(join(folder, 'socket'))
  t.after(() => socket.close())
  await once(socket, 'listening')
  assert.equal(problemOf(join(folder, 'socket')), 'it is a socket or a device, and must be a file')
})

test('what cannot be opened keeps its code', () =>
  assert.throws(() => readPlainFile(join(folder, 'nothing'), 1), { code: 'ENOENT' }))
