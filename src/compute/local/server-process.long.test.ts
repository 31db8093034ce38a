import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../../../test/engines/index.ts'
import { Fault } from '../../model/fault.ts'
import { openLocalCompute } from './compute.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-servers-'))
chmodSync(folder, 0o711)
const instances = join(folder, 'instances')
const compute = openLocalCompute({ folder: instances, enginePath })
const password = 'pass word'
after(async () => {
  for (const id of await compute.instanceIds()) await compute.remove(id)
  rmSync(folder, { recursive: true, force: true })
})

const processesNaming = (id: string) =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id)
    } catch {
      return false
    }
  })

for (const engine of await enginesUnderTest())
  describe(`the process of ${engine.title}`, () => processGuarantees(engine))

function processGuarantees({ image, bench }: EngineUnderTest) {
  /** A test with its own configured instance, which is removed afterwards. */
  function serverTest(title: string, work: (id: string) => Promise<void>) {
    test(title, async () => {
      const id = randomUUID()
      await compute.reserve(id, { vcpus: 1, ramMb: 128 })
      await compute.initialise(id, image.id, password)
      await compute.configure(id, bench.settings)
      try {
        await work(id)
      } finally {
        await compute.remove(id)
      }
    })
  }

  const pidFileOf = (id: string) => join(instances, id, 'data', bench.pidFile)
  const pidOf = async (id: string) => Number((await compute.observe(id)).process!.split(':', 1)[0])
  const serverOf = async (id: string) => compute.server(image.manager, (await compute.observe(id)).address!, password)
  const loginOf = async (id: string) => ({
    address: (await compute.observe(id)).address!,
    user: bench.administrator,
    password,
    database: bench.ownDatabase,
  })

  serverTest(
    'a pid file with the pid of another program is not taken for a server, and no signal is sent to it',
    async id => {
      const bystander = spawn('sleep', ['600'], { stdio: 'ignore' })
      try {
        writeFileSync(pidFileOf(id), bench.pidFileText(bystander.pid!, join(instances, id, 'data')))
        assert.equal((await compute.observe(id)).process, undefined)
        await compute.stop(id)
        await compute.start(id)
        assert.notEqual(await pidOf(id), bystander.pid)
        assert.equal(bystander.exitCode, null)
        assert.equal(bystander.signalCode, null)
      } finally {
        bystander.kill('SIGKILL')
      }
    },
  )

  serverTest('a server outlives the killed process that started it, and other processes continue with it', async id => {
    const options = JSON.stringify({ folder: instances, enginePath })
    const script = `
      import { openLocalCompute } from ${JSON.stringify(join(import.meta.dirname, 'compute.ts'))}
      const compute = openLocalCompute(${options})
      await compute.start('${id}')
      process.stdout.write((await compute.observe('${id}')).process)
      process.kill(process.pid, 'SIGKILL')`
    const starter = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const serverProcess = (await starter.stdout.toArray()).join('')
    assert.match(serverProcess, /^\d+:/)
    assert.equal((await compute.observe(id)).process, serverProcess)
    await compute.start(id)
    assert.equal((await compute.observe(id)).process, serverProcess)
    await compute.stop(id)
    assert.equal((await compute.observe(id)).process, undefined)
  })

  serverTest('stopping ends every process of the instance, even with open sessions', async id => {
    await compute.start(id)
    assert.equal(await (await serverOf(id)).answers(), true)
    const { ended } = await bench.holdOn(await loginOf(id))
    await compute.stop(id)
    await ended
    assert.deepEqual(processesNaming(id), [])
  })

  serverTest('a killed server starts again with all the data that it had confirmed', async id => {
    await compute.start(id)
    const server = await serverOf(id)
    assert.equal(await server.answers(), true)
    await server.contents?.createDatabase({ name: 'shop' })
    const login = { ...(await loginOf(id)), database: server.contents ? 'shop' : undefined }
    const before = await bench.connect(login)
    await bench.writeRow(before, 'kept')
    await before.end()
    const { process: first } = await compute.observe(id)
    process.kill(await pidOf(id), 'SIGKILL')
    while ((await compute.observe(id)).process === first) await setTimeout(5)
    await compute.start(id)
    assert.equal(await server.answers(), true)
    assert.notEqual((await compute.observe(id)).process, first)
    const after = await bench.connect(login)
    assert.deepEqual(await bench.rows(after), ['kept'])
    await after.end()
  })

  serverTest('a port that another program uses is reported, and the instance gets it back afterwards', async id => {
    const { address } = await compute.observe(id)
    const squatter = createServer().listen(address!.port, address!.host)
    await once(squatter, 'listening')
    try {
      await assert.rejects(
        compute.start(id),
        error =>
          error instanceof Fault && new RegExp(`${address!.port}.*in use by another program`).test(error.message),
      )
    } finally {
      squatter.close()
    }
    await compute.start(id)
    assert.deepEqual((await compute.observe(id)).address, address)
  })

  serverTest('a server that hangs is a fault of status 503 within seconds, and can be stopped', async id => {
    await compute.start(id)
    const server = await serverOf(id)
    assert.equal(await server.answers(), true)
    const pid = await pidOf(id)
    process.kill(pid, 'SIGSTOP')
    const began = performance.now()
    await assert.rejects(server.enableRoot('root'), error => error instanceof Fault && error.status === 503)
    assert.ok(performance.now() - began < 10_000)
    process.kill(pid, 'SIGCONT')
  })

  serverTest('the server has no Unix socket', async id => {
    await compute.start(id)
    const { address } = await compute.observe(id)
    const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
    assert.deepEqual(
      lines.filter(line => line.includes(id) || line.includes(String(address!.port))),
      [],
    )
  })
}
