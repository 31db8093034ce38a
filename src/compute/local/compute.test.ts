import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, test } from 'node:test'
import { plainSetting } from '../../../test/engines/engine-bench.ts'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../../../test/engines/index.ts'
import { Fault } from '../../model/fault.ts'
import { nothingObserved } from '../../model/observation.ts'
import { hasContents } from '../../rules/instance/engine-contents.ts'
import { openLocalCompute } from './compute.ts'

const ramMbMax = 1000
const small = { vcpus: 1, ramMb: 256 }
const newPassword = () => `secret-${randomUUID()}`
const engines = await enginesUnderTest()

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-compute-'))
chmodSync(folder, 0o711)
after(() => rmSync(folder, { recursive: true, force: true }))

/** Opens another driver on the same host, as another process would. */
const openDriver = () => openLocalCompute({ folder: join(folder, 'instances'), ramMbMax, enginePath })
const compute = openDriver()
// Remove servers and free memory after a failed test, too.
afterEach(async () => {
  for (const id of await compute.instanceIds()) await compute.remove(id)
})

const logOf = (id: string) => readFileSync(join(folder, 'instances', id, 'server.log'), 'utf8')

/** True if files or processes of the instance remain. */
const isLeft = (id: string) =>
  readdirSync(join(folder, 'instances')).includes(id) || commandLines().some(line => line.includes(id))

const commandLines = () =>
  existsSync('/proc/self')
    ? readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .map(pid => {
          try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
          } catch {
            return ''
          }
        })
    : []

const accepts = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

test('an unknown instance has nothing to observe, and stopping or removing it does nothing', async () => {
  const id = randomUUID()
  assert.deepEqual(await compute.observe(id), nothingObserved)
  await compute.stop(id)
  await compute.remove(id)
  assert.equal(await compute.diskUse(id), undefined)
  assert.deepEqual(await compute.instanceIds(), [])
})

test('all drivers on one host report the same place', async () => {
  const places = await Promise.all([1, 2, 3].map(() => openDriver().place()))
  assert.equal(new Set(places).size, 1)
})

test('memory is given out to the last MiB and no further, also to concurrent requests', async () => {
  const ids = Array.from({ length: 8 }, () => randomUUID())
  const results = await Promise.all(ids.map(id => openDriver().reserve(id, { vcpus: 100, ramMb: 250 })))
  assert.equal(results.filter(Boolean).length, 4)
  const reservedIds = ids.filter((_, index) => results[index])
  const addresses = await Promise.all(reservedIds.map(async id => (await compute.observe(id)).address))
  assert.equal(new Set(addresses.map(address => address!.port)).size, 4)
  assert.deepEqual((await compute.instanceIds()).toSorted(), reservedIds.toSorted())
  for (const id of reservedIds) await compute.remove(id)
  assert.deepEqual(await compute.instanceIds(), [])
})

test('a larger size keeps the address; a size that does not fit changes nothing', async () => {
  const [id, other] = [randomUUID(), randomUUID()]
  await compute.reserve(id, small)
  await compute.reserve(other, { vcpus: 1, ramMb: 500 })
  const first = await compute.observe(id)
  assert.equal(await compute.reserve(id, { vcpus: 2, ramMb: 500 }), true)
  const larger = await compute.observe(id)
  assert.deepEqual(larger, { ...first, room: { vcpus: 2, ramMb: 500 } })
  assert.equal(await compute.reserve(id, { vcpus: 4, ramMb: 501 }), false)
  assert.deepEqual(await compute.observe(id), larger)
  await Promise.all([id, other].map(each => compute.remove(each)))
})

test('an id that is not a UUID is refused', async () => {
  await assert.rejects(compute.reserve('../../etc', small), /not the id/)
  await compute.remove('../../etc')
})

for (const engine of engines) describe(engine.title, () => engineContract(engine))

/** What the driver guarantees with every engine. */
function engineContract({ image, bench }: EngineUnderTest) {
  const newInstance = async (password = newPassword()) => {
    const id = randomUUID()
    assert.equal(await compute.reserve(id, small), true)
    await compute.initialise(id, image.id, password)
    await compute.configure(id, bench.settings)
    return { id, password, address: (await compute.observe(id)).address! }
  }
  type NewInstance = Awaited<ReturnType<typeof newInstance>>
  /** Starts the server and waits until it has read its data. */
  const startedServer = async ({ id, password, address }: NewInstance) => {
    await compute.start(id)
    const server = compute.server(image.manager, address, password)
    assert.equal(await server.answers(), true)
    return server
  }
  const asAdministrator = ({ address, password }: NewInstance) =>
    bench.connect({ address, password, user: bench.administrator, database: bench.ownDatabase })
  const valuesOf = async (instance: NewInstance, names: readonly string[]) => {
    const session = await asAdministrator(instance)
    const values: string[] = []
    for (const each of names) values.push(plainSetting(await bench.shown(session, each)))
    await session.end()
    return values
  }

  test('an instance is made, configured, started, stopped, started again and removed; each step may be repeated', async () => {
    const { id, password, address } = await newInstance()
    await compute.initialise(id, image.id, password)
    const idle = await compute.observe(id)
    assert.deepEqual([idle.initialised, idle.settings, idle.process], [true, bench.settings, undefined])
    const use = (await compute.diskUse(id))!
    assert.ok(use.bytes > (use.walBytes ?? 0))
    const server = compute.server(image.manager, address, password)
    assert.equal(await server.answers(), false)

    await compute.start(id)
    const { process: first } = await compute.observe(id)
    await Promise.all([compute.start(id), openDriver().start(id)])
    assert.equal((await openDriver().observe(id)).process, first)
    assert.equal(await server.answers(), true)

    await compute.stop(id)
    await compute.stop(id)
    assert.equal((await compute.observe(id)).process, undefined)
    assert.equal(await accepts(address.port), false)
    assert.deepEqual(
      commandLines().filter(line => line.includes(id)),
      [],
    )

    await compute.start(id)
    const again = await compute.observe(id)
    assert.notEqual(again.process, first)
    assert.deepEqual(again.address, address)
    await compute.remove(id)
    await compute.remove(id)
    assert.equal(isLeft(id), false)
    assert.equal(await accepts(address.port), false)
  })

  test('new settings take effect at the next start', async () => {
    const instance = await newInstance()
    const { id } = instance
    await startedServer(instance)
    const names = Object.keys(bench.settings)
    const [changed] = Object.keys(bench.changed)
    await compute.configure(id, bench.changed)
    assert.deepEqual((await compute.observe(id)).settings, bench.changed)
    assert.deepEqual(await valuesOf(instance, names), Object.values(bench.settings).map(plainSetting))
    await compute.stop(id)
    await startedServer(instance)
    assert.deepEqual(await valuesOf(instance, [changed!]), [bench.changed[changed!]])
    await compute.remove(id)
  })

  const sizes = [
    { vcpus: 1, ramMb: 128 },
    { vcpus: 2, ramMb: 700 },
    { vcpus: 8, ramMb: 6000 },
  ]
  test('with any flavor, the running server has all its settings, and a resize keeps the data', async () => {
    const instance = await newInstance()
    const { id } = instance
    for (const [round, hardware] of sizes.entries()) {
      const settings = compute.settingsFor(image.manager, hardware)!
      await compute.stop(id)
      await compute.configure(id, settings)
      await startedServer(instance)
      assert.deepEqual(await valuesOf(instance, Object.keys(settings)), Object.values(settings).map(plainSetting))
      await writeAndRead(instance, round)
    }
    await compute.remove(id)
  })

  /** Uses a database of its own, if the engine has databases. */
  async function writeAndRead(instance: NewInstance, round: number) {
    const { contents } = compute.server(image.manager, instance.address, instance.password)
    await contents?.createDatabase({ name: 'shop' })
    const { address, password } = instance
    const session = await bench.connect({
      ...{ address, password, user: bench.administrator },
      database: contents && 'shop',
    })
    await bench.writeRow(session, `row ${round}`)
    assert.deepEqual(
      await bench.rows(session),
      Array.from({ length: round + 1 }, (_, index) => `row ${index}`),
    )
    await session.end()
  }

  test('a server that does not start is a fault with the reason from its log, without paths', async () => {
    const { id } = await newInstance()
    await compute.configure(id, bench.broken)
    await assert.rejects(compute.start(id), error => {
      assert.ok(error instanceof Fault)
      assert.match(error.message, bench.complaint)
      assert.doesNotMatch(error.message, /\//)
      return true
    })
    await compute.configure(id, bench.settings)
    await compute.start(id)
    await compute.remove(id)
  })

  test('no login works without the password, and no password is in the log', async () => {
    const instance = await newInstance()
    const { id, password, address } = instance
    const server = await startedServer(instance)
    const isUnreachable = (error: unknown) => error instanceof Fault && error.status === 503
    const stranger = compute.server(image.manager, address, 'wrong')
    assert.equal(await stranger.answers(), false)
    await assert.rejects(stranger.enableRoot('mine'), isUnreachable)
    await assert.rejects(bench.connect({ address, user: bench.superuser, password: '', database: bench.ownDatabase }))
    const [first, second, root] = [newPassword(), newPassword(), newPassword()]
    assert.equal(server.contents !== undefined, hasContents(image.manager))
    if (server.contents) {
      await assert.rejects(stranger.contents!.databases(), isUnreachable)
      await server.contents.createDatabase({ name: 'shop' })
      await server.contents.createUser({ name: 'ann', password: first, databases: ['shop'] })
      await server.contents.createUser({ name: 'ann', password: first, databases: ['shop'] })
      await server.contents.changeUser('ann', { password: second })
    }
    await server.enableRoot(root)
    await compute.stop(id)
    const log = logOf(id)
    for (const secret of [password, first, second, root]) assert.ok(!log.includes(secret))
    await compute.remove(id)
  })

  test('root can log in while enabled, is disconnected when disabled, and can be enabled again', async () => {
    const instance = await newInstance()
    const { id, address } = instance
    const server = await startedServer(instance)
    const login = (password: string) => ({
      address,
      user: bench.superuser,
      password,
      database: bench.ownDatabase,
    })
    const logIn = async (password: string) => (await bench.connect(login(password))).end()
    await server.disableRoot()
    assert.equal(await server.enableRoot('first word'), bench.superuser)
    await logIn('first word')
    assert.equal(await server.enableRoot('secönd'), bench.superuser)
    await assert.rejects(logIn('first word'))
    await logIn('secönd')
    await compute.stop(id)
    await startedServer(instance)
    await logIn('secönd')
    const { ended } = await bench.holdOn(login('secönd'))
    await server.disableRoot()
    await ended
    await server.disableRoot()
    await assert.rejects(logIn('secönd'))
    await server.enableRoot('third')
    await logIn('third')
    assert.deepEqual(await (server.contents?.users() ?? []), [])
    await compute.remove(id)
  })
}
