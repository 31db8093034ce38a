import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '../../model/fault.ts'
import type { Image } from '../../model/image.ts'
import { openLocalCompute } from './compute.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-servers-'))
chmodSync(folder, 0o711)
const instances = join(folder, 'instances')
const compute = openLocalCompute({ folder: instances })
const password = 'pass word'
let image: Image | undefined
before(async () => {
  ;[image] = await compute.images()
})
after(async () => {
  for (const id of await compute.kept()) await compute.remove(id)
  rmSync(folder, { recursive: true, force: true })
})

/** A test with an instance of its own, made and configured; it is removed afterwards. */
function serverTest(title: string, work: (id: string) => Promise<void>) {
  test(title, async t => {
    if (!image) return t.skip('NOT RUN: there is no database engine on this machine')
    const id = randomUUID()
    await compute.reserve(id, { vcpus: 1, ramMb: 128 })
    await compute.initialise(id, image.id, password)
    await compute.configure(id, { shared_buffers: '16MB', max_connections: '20' })
    try {
      await work(id)
    } finally {
      await compute.remove(id)
    }
  })
}

const pidFileOf = (id: string) => join(instances, id, 'data', 'postmaster.pid')
const pidOf = (id: string) => Number(readFileSync(pidFileOf(id), 'utf8').split('\n', 1)[0])
const clientOf = async (id: string) => {
  const { address } = await compute.observe(id)
  const client = new pg.Client({ ...address, user: 'os_admin', password, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  return client
}
const processesNaming = (id: string) =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id)
    } catch {
      return false
    }
  })

serverTest('a pid file that names somebody else is no server, and nobody is signalled for it', async id => {
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' })
  try {
    writeFileSync(pidFileOf(id), `${bystander.pid}\n${join(instances, id, 'data')}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`)
    assert.equal((await compute.observe(id)).process, undefined)
    await compute.stop(id)
    await compute.start(id)
    assert.notEqual(pidOf(id), bystander.pid)
    assert.equal(bystander.exitCode, null)
    assert.equal(bystander.signalCode, null)
  } finally {
    bystander.kill('SIGKILL')
  }
})

serverTest('a server outlives whoever started it, killed or not, and others go on with it', async id => {
  const script = `
    import { openLocalCompute } from ${JSON.stringify(join(import.meta.dirname, 'compute.ts'))}
    const compute = openLocalCompute({ folder: ${JSON.stringify(instances)} })
    await compute.start('${id}')
    process.stdout.write((await compute.observe('${id}')).process)
    process.kill(process.pid, 'SIGKILL')`
  const starter = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = (await starter.stdout.toArray()).join('')
  assert.match(said, /^\d+:/)
  assert.equal((await compute.observe(id)).process, said)
  await compute.start(id)
  assert.equal((await compute.observe(id)).process, said)
  await compute.stop(id)
  assert.equal((await compute.observe(id)).process, undefined)
})

serverTest('after its main process was killed, what still works on the data ends before the next start', async id => {
  await compute.start(id)
  const client = await clientOf(id)
  // It computes without ever looking up, so that it does not notice by itself that it is alone.
  const work = client
    .query('select count(*) from generate_series(1, 40000) a, generate_series(1, 100000) b')
    .catch(() => {})
  const deadline = performance.now() + 5000
  while (!processesNaming(id).some(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('SELECT'))) {
    assert.ok(performance.now() < deadline, 'the query is not seen to run')
    await setTimeout(10)
  }
  const orphan = processesNaming(id).find(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('SELECT'))
  process.kill(pidOf(id), 'SIGKILL')
  await compute.start(id)
  await work
  assert.ok(!processesNaming(id).includes(orphan!))
  assert.equal(await compute.server('postgresql', (await compute.observe(id)).address!, password).answers(), true)
})

serverTest('stopping ends every process of the instance, whoever is connected', async id => {
  await compute.start(id)
  const client = await clientOf(id)
  const sleep = client.query('select pg_sleep(600)').catch(() => {})
  await compute.stop(id)
  await sleep
  assert.deepEqual(processesNaming(id), [])
})

serverTest('a port that somebody took meanwhile is said so, and is the instance’s again afterwards', async id => {
  const { address } = await compute.observe(id)
  const squatter = createServer().listen(address!.port, address!.host)
  await once(squatter, 'listening')
  try {
    await assert.rejects(
      compute.start(id),
      error => error instanceof Fault && new RegExp(`${address!.port}.*taken by another program`).test(error.message),
    )
  } finally {
    squatter.close()
  }
  await compute.start(id)
  assert.deepEqual((await compute.observe(id)).address, address)
})

serverTest('a server that is found while it stops is waited for, and started again', async id => {
  await compute.start(id)
  const client = await clientOf(id)
  const { process: first } = await compute.observe(id)
  await client.query('create table t as select generate_series(1, 200000)')
  // Smart shutdown: it stops as soon as the last one has left.
  process.kill(pidOf(id), 'SIGTERM')
  const again = compute.start(id)
  await client.end()
  await again
  assert.notEqual((await compute.observe(id)).process, first)
})

serverTest('a server that hangs is a fault of status 503 within seconds, and can be stopped', async id => {
  await compute.start(id)
  const server = compute.server('postgresql', (await compute.observe(id)).address!, password)
  process.kill(pidOf(id), 'SIGSTOP')
  const began = performance.now()
  await assert.rejects(server.databases(), error => error instanceof Fault && error.status === 503)
  assert.ok(performance.now() - began < 10_000)
  process.kill(pidOf(id), 'SIGCONT')
})

serverTest('there is no Unix socket to come in by', async id => {
  await compute.start(id)
  const sockets = readFileSync('/proc/net/unix', 'utf8')
  assert.ok(!sockets.includes(id))
  assert.ok(!sockets.includes(`.s.PGSQL.${(await compute.observe(id)).address!.port}`))
})
