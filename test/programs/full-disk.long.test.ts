import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeInstallation, type Running, tokenOf } from './installation.ts'

const { startIn, stop, remove } = makeInstallation()

/** A disk of a few megabytes that only the program sees; it is gone with the program. */
const inSmallDisk = (folder: string) => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=24m tmpfs ${folder} && exec "$@"`,
  'sh',
]

function aFullDisk() {
  const disk = mkdtempSync(join(tmpdir(), 'trove-ts-disk-'))
  let server: Running & { url: string }
  let admin: { token: string; project: string }
  /** The same folder as the program sees it. */
  const seen = (name: string) => `/proc/${server.child.pid}/root${join(disk, 'data', name)}`
  before(async () => {
    server = await startIn({ command: inSmallDisk(disk) }, join(disk, 'data'))
    const { readFileSync } = await import('node:fs')
    const password = /username: admin\n\s+password: (\S+)/.exec(readFileSync(seen('clouds.yaml'), 'utf8'))![1]!
    admin = await tokenOf(await logIn(password))
  })
  after(async () => {
    assert.equal(await stop(server), 0)
    rmSync(disk, { recursive: true })
    remove()
  })
  const logIn = (password: string) => {
    const identity = {
      methods: ['password'],
      password: { user: { name: 'admin', password, domain: { name: 'Default' } } },
    }
    return fetch(`${server.url}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity } }),
    })
  }
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${server.url}/v1.0/${admin.project}${path}`, {
      method,
      headers: { 'x-auth-token': admin.token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text }
  }
  function fill() {
    const file = openSync(seen('filling'), 'w')
    try {
      for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2))
        try {
          for (;;) writeSync(file, Buffer.alloc(size))
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
        }
    } finally {
      closeSync(file)
    }
  }
  const quota = (volumes: number) => ask('PUT', '/mgmt/quotas/some-project', { quotas: { volumes } })

  test('what is written is 503 with a sentence, what is read goes on, and all is well when there is space', async () => {
    const [first] = [await quota(7)]
    assert.equal(first.status, 200, first.text)
    fill()
    // What SQLite has in hand may take a few changes more.
    let refused = await quota(8)
    for (let volumes = 9; refused.status === 200 && volumes < 5000; volumes++) refused = await quota(volumes)
    assert.equal(refused.status, 503, server.said.err.slice(-2500))
    assert.match(refused.text, /The disk of the database is full; nothing was changed\. Please keep this ID/)
    assert.doesNotMatch(refused.text, /SQLITE|sqlite|trove-ts-disk/i)
    assert.equal(refused.retryAfter, '10')
    const before = await ask('GET', '/mgmt/quotas/some-project')
    assert.equal(before.status, 200)
    for (let time = 0; time < 5; time++) assert.equal((await quota(1)).status, 503)
    assert.equal((await ask('GET', '/mgmt/quotas/some-project')).text, before.text)
    assert.equal((await ask('GET', '/datastores')).status, 200)
    const told = server.said.err.split('\n').filter(line => /"level":(?:[4-6])0/.test(line))
    assert.ok(told.length <= 3, told.join('\n'))
    assert.match(told.join('\n'), /is full: .*Nothing can be changed until there is space/)

    unlinkSync(seen('filling'))
    const giveUpAtMs = performance.now() + 10_000
    while ((await quota(42)).status !== 200) {
      if (performance.now() > giveUpAtMs) assert.fail(server.said.err.slice(-2000))
      await setTimeout(100)
    }
    assert.match((await ask('GET', '/mgmt/quotas/some-project')).text, /42/)
  })
}

if (process.getuid?.() === 0 && process.platform === 'linux')
  describe('a disk that is full', { concurrency: false }, aFullDisk)
else test('a disk that is full', t => t.diagnostic('not run: a full disk, which needs root on Linux to make one'))

if (process.platform === 'linux')
  test('a log that cannot be written stops nobody', async () => {
    const own = makeInstallation()
    const server = await own.startIn({ command: ['sh', '-c', 'exec "$@" 2>/dev/full', 'sh'] }, 'data')
    try {
      for (let time = 0; time < 20; time++) assert.equal((await fetch(`${server.url}/healthcheck`)).status, 200)
    } finally {
      assert.equal(await own.stop(server), 0)
      own.remove()
    }
  })
