import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { openLocalCompute } from '../../compute.ts'
import { processStartTime } from '../../host/processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-postgresql-'))
chmodSync(folder, 0o711)
const instances = join(folder, 'instances')
const compute = openLocalCompute({ folder: instances })
const password = 'pass word'
const id = randomUUID()
before(async () => {
  const image = (await compute.images())[0]!
  await compute.reserve(id, { vcpus: 1, ramMb: 128 })
  await compute.initialise(id, image.id, password)
  await compute.configure(id, { shared_buffers: '16MB', max_connections: '20' })
})
after(async () => {
  await compute.remove(id)
  rmSync(folder, { recursive: true, force: true })
})

const pidOf = async () => Number((await compute.observe(id)).process!.split(':', 1)[0])
const client = async () => {
  const { address } = await compute.observe(id)
  const client = new pg.Client({ ...address, user: 'os_admin', password, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  return client
}
const queryProcess = () =>
  readdirSync('/proc').find(pid => {
    try {
      const command = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
      return command.includes(id) && command.includes('SELECT')
    } catch {
      return false
    }
  })

test('after the main process was killed, its other processes are ended before the next start', async () => {
  await compute.start(id)
  const session = await client()
  // This query does not notice by itself that the main process is gone.
  const work = session
    .query('select count(*) from generate_series(1, 40000) a, generate_series(1, 100000) b')
    .catch(() => {})
  const deadline = performance.now() + 5000
  while (!queryProcess()) {
    assert.ok(performance.now() < deadline, 'the query does not run')
    await setTimeout(10)
  }
  const main = await pidOf()
  process.kill(main, 'SIGKILL')
  // Wait until it is dead, because a server that still accepts connections is not started.
  while (processStartTime(main)) await setTimeout(1)
  await compute.start(id)
  await work
  assert.equal(queryProcess(), undefined)
  assert.equal(await compute.server('postgresql', (await compute.observe(id)).address!, password).answers(), true)
})

test('a start during a stop waits for the stop and then starts the server', async () => {
  await compute.start(id)
  const session = await client()
  const { process: first } = await compute.observe(id)
  await session.query('create table t as select generate_series(1, 200000)')
  // Smart shutdown: the server stops after the last session has ended.
  process.kill(await pidOf(), 'SIGTERM')
  while (/^ready/m.test(readFileSync(join(instances, id, 'data', 'postmaster.pid'), 'utf8'))) await setTimeout(10)
  const again = compute.start(id)
  await session.end()
  await again
  assert.notEqual((await compute.observe(id)).process, first)
})
