import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  createDatastoreVersion,
  updateDatastoreVersion,
} from '../../src/operations/datastores/manage-datastore-versions.ts'
import { type EngineUnderTest, enginesUnderTest } from '../engines/index.ts'
import { type Deployment, deploy } from '../servers/deployment.ts'

const flavors = "flavors:\n  - { id: '1', name: small, vcpus: 1, ram: 128, disk: 1 }\n"

/** A folder that an engine can be put into, and taken out of again. */
function shelf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-shelf-'))
  // Servers that root starts run as somebody else.
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const found = await look()
    if (found) return found
    assert.ok(performance.now() < deadline, what)
    await setTimeout(50)
  }
}

const deployWith = (t: TestContext, folder: string, engine: string, workers: number) =>
  deploy(t, {
    flavors,
    apis: 1,
    workers,
    engine,
    conf: {
      DEFAULT: [`default_datastore = ${engine}`],
      trovets: ['rate_limits = false', 'health_interval = 1', `engine_path = ${folder}`],
    },
  })

const versionOf = async ({ ports }: Deployment, name = '7') =>
  (await ports.stores.versions.list()).find(version => version.name === name)!
const becomes = (at: Deployment, active: boolean, name?: string) =>
  until(
    `the version becomes ${active ? 'active' : 'inactive'}`,
    async () => (await versionOf(at, name)).active === active,
  )

/** One more version of the same image, looked at after the first. */
const addCanary = async ({ ports }: Deployment) => {
  const [image] = (await ports.images.list()).slice(-1)
  const changes = { manager: image!.manager, imageId: image!.id, active: true }
  await createDatastoreVersion(ports, { datastoreName: 'redis', name: 'canary', changes, isDefault: false })
}

/** It answers like one, which is all that is asked of it here. */
const pretender = '#!/bin/sh\necho "Redis server v=7.9.9 sha=0"\n'

test('a version goes off with its engine and comes back with it, aloud; what an operator said stands', async t => {
  const folder = shelf(t)
  const install = () => writeFileSync(join(folder, 'redis-server'), pretender, { mode: 0o755 })
  const uninstall = () => rmSync(join(folder, 'redis-server'))
  install()
  const at = await deployWith(t, folder, 'redis', 1)
  const { id } = await versionOf(at)
  const said = () => at.workers[0]!.said()
  await addCanary(at)
  // It has to have been here once.
  assert.deepEqual(await at.ports.compute.lostImages(), [])
  uninstall()
  await becomes(at, false)
  await until('it is said', async () =>
    /Redis 7\.9\.9 is no longer installed on this machine: version '7' of datastore 'redis' is inactive/.test(said()),
  )
  install()
  await becomes(at, true)
  await until('it is said', async () =>
    /Redis 7\.9\.9 is installed on this machine again: version '7'.* is active again/.test(said()),
  )

  uninstall()
  await becomes(at, false)
  await updateDatastoreVersion(at.ports, { id: 'cli:ada', requestId: null }, { id, changes: { active: false } })
  install()
  await becomes(at, true, 'canary')
  assert.equal((await versionOf(at)).active, false)
})

test('a version whose image never was on this machine is somebody else’s business', async t => {
  const folder = shelf(t)
  writeFileSync(join(folder, 'redis-server'), pretender, { mode: 0o755 })
  const at = await deployWith(t, folder, 'redis', 0)
  await addCanary(at)
  const version = await versionOf(at)
  await at.ports.stores.versions.update({ ...version, imageId: '9fe95958-e85a-4d63-b017-08ff4e174daf' })
  assert.deepEqual(await at.ports.compute.lostImages(), [])
  rmSync(join(folder, 'redis-server'))
  const { said } = await at.startWorker()
  await becomes(at, false, 'canary')
  assert.equal((await versionOf(at)).active, true)
  assert.doesNotMatch(said(), /version '7'/)
})

const redis = (await enginesUnderTest()).find(({ bench }) => bench.engine === 'redis')
if (redis) test('instances of an engine that was uninstalled', t => instancesOf(t, redis))

/** With a real server, since it has to go on while its program is away. */
async function instancesOf(t: TestContext, { bench }: EngineUnderTest) {
  const folder = shelf(t)
  const program = execFileSync('/bin/sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim()
  const install = () => symlinkSync(program, join(folder, 'redis-server'))
  const uninstall = () => rmSync(join(folder, 'redis-server'))
  install()
  const at = await deployWith(t, folder, 'redis', 1)
  const token = await at.tokenOf('demo')
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${at.urls[0]}/v1.0/${at.projectOf('demo')}${path}`, {
      method,
      headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }
  const request = { instance: { name: 'db', flavorRef: '1', volume: { size: 1 } } }
  const { id } = (await ask('POST', '/instances', request)).body.instance
  type Shown = { status: string; operating_status: string; fault?: { message: string }; endpoint: { port: number } }
  const shown = async (): Promise<Shown> => (await ask('GET', `/instances/${id}`)).body.instance
  const isWell = () => until('it is well', async () => (await shown()).operating_status === 'HEALTHY')
  const isError = () => until('it is ERROR', async () => ((await shown()).status === 'ERROR' ? shown() : undefined))
  await isWell()
  assert.equal((await ask('POST', `/instances/${id}/root`, { password: 'root pass' })).status, 200)
  const { port } = (await shown()).endpoint
  const session = await bench.connect({
    address: { host: '127.0.0.1', port },
    user: bench.superuser,
    password: 'root pass',
  })
  await bench.writeRow(session, 'kept')
  const { process: first } = await at.ports.compute.observe(id)

  await t.test('are ERROR and say why; a server that still runs is left alone, and nothing may end it', async () => {
    uninstall()
    const { fault } = await isError()
    assert.match(fault!.message, /^Redis 7\.\S+, which this instance runs on, is no longer installed on its host\./)
    assert.deepEqual(await bench.rows(session), ['kept'])
    assert.equal((await ask('POST', `/instances/${id}/action`, { restart: {} })).status, 422)
    await becomes(at, false)
    const refused = await ask('POST', '/instances', request)
    assert.deepEqual([refused.status, refused.body.badRequest.message], [400, "Datastore version '7' is not active."])
  })

  await t.test('are well again when the engine is back, with the same server', async () => {
    install()
    await isWell()
    assert.equal((await shown()).fault, undefined)
    assert.equal((await at.ports.compute.observe(id)).process, first)
  })

  await t.test('stay ERROR when their server dies meanwhile, and come back with their data', async () => {
    uninstall()
    await isError()
    process.kill(Number(first!.split(':')[0]), 'SIGKILL')
    await until('the worker has seen it', async () => {
      const instance = await at.ports.stores.instances.byId(id)
      return instance!.intent!.process === null
    })
    assert.equal((await shown()).status, 'ERROR')
    install()
    await isWell()
    assert.deepEqual(await bench.rows(session), ['kept'])
  })

  await t.test('can be deleted, and leave nothing', async () => {
    uninstall()
    await isError()
    assert.equal((await ask('DELETE', `/instances/${id}`)).status, 202)
    await until('it is gone', async () => (await ask('GET', `/instances/${id}`)).status === 404)
    assert.deepEqual(processesNaming(id), [])
    assert.deepEqual(
      readdirSync(join(at.dataDir, 'instances')).filter(name => name === id),
      [],
    )
  })
}

const processesNaming = (id: string) =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id)
    } catch {
      return false
    }
  })

/** The commands of the how-to, as somebody without the stock client would give them. */
const howTo = readFileSync(join(import.meta.dirname, '../../docs/how-to/add-a-datastore-version.md'), 'utf8')
const commands = [...howTo.matchAll(/^ *\$ npx trove-manage (.+)$/gm)].map(([, words]) => words!)

test('an engine that is installed later becomes a version by the commands of the how-to', async t => {
  const folder = shelf(t)
  const at = await deploy(t, {
    apis: 1,
    workers: 0,
    conf: { DEFAULT: ['default_datastore = redis'], trovets: [`engine_path = ${folder}`] },
  })
  writeFileSync(join(folder, 'redis-server'), pretender, { mode: 0o755 })
  assert.equal(commands.length, 4)
  const program = join(import.meta.dirname, '../../bin/trove-manage.js')
  for (const words of commands)
    execFileSync('/bin/sh', ['-c', `'${process.execPath}' '${program}' --config-file '${at.configFile}' ${words}`])
  const dryRun = async (flavorRef: string) => {
    const answer = await fetch(`${at.urls[0]}/v1.0/${at.projectOf('demo')}/instances/dry-run`, {
      method: 'POST',
      headers: { 'x-auth-token': await at.tokenOf('demo'), 'content-type': 'application/json' },
      body: JSON.stringify({ instance: { name: 'cache', flavorRef, volume: { size: 1 } } }),
    })
    return answer.status
  }
  assert.deepEqual([await dryRun('11'), await dryRun('1')], [200, 400])
})
