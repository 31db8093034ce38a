import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, test } from 'node:test'
import { plainSetting } from '../../test/engines/engine-bench.ts'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../../test/engines/index.ts'
import { Fault } from '../model/fault.ts'
import type { Compute } from '../ports/compute.ts'
import { hasContents } from '../rules/instance/engine-contents.ts'
import { openLocalCompute } from './local/compute.ts'

/** How each driver is opened on a host of its own. */
type Bench = {
  /** As another process would, on the same host. */
  open(): Compute
  /** What it can make instances from. */
  engines: readonly EngineUnderTest[]
  /** What the server of an instance wrote about itself. */
  log(id: string): string
  /** Whether anything of the instance is left. */
  isLeft(id: string): boolean
  close(): void
}

const ramMbMax = 1000
const small = { vcpus: 1, ramMb: 256 }
const newPassword = () => `secret-${randomUUID()}`
const engines = await enginesUnderTest()

const benches: Readonly<Record<string, () => Bench>> = {
  local: () => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-ts-compute-'))
    chmodSync(folder, 0o711)
    return {
      open: () => openLocalCompute({ folder: join(folder, 'instances'), ramMbMax, enginePath }),
      close: () => rmSync(folder, { recursive: true, force: true }),
      engines,
      log: id => readFileSync(join(folder, 'instances', id, 'server.log'), 'utf8'),
      isLeft: id =>
        readdirSync(join(folder, 'instances')).includes(id) || commandLines().some(line => line.includes(id)),
    }
  },
}

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

for (const [name, makeBench] of Object.entries(benches)) {
  const bench = makeBench()
  const compute = bench.open()
  // Also after a failure no server stays behind, and no room stays taken.
  afterEach(async () => {
    for (const id of await compute.kept()) await compute.remove(id)
  })
  after(() => bench.close())

  describe(`compute driver ${name}`, () => {
    test('of what was never there, nothing is seen, stopped or removed', async () => {
      const id = randomUUID()
      const nothing = {
        room: undefined,
        lostImage: undefined,
        address: undefined,
        initialised: false,
        settings: undefined,
        process: undefined,
      }
      assert.deepEqual(await compute.observe(id), nothing)
      await compute.stop(id)
      await compute.remove(id)
      assert.equal(await compute.diskUse(id), undefined)
      assert.deepEqual(await compute.kept(), [])
    })

    test('all who look after a host call it by the same name', async () => {
      const places = await Promise.all([1, 2, 3].map(() => bench.open().place()))
      assert.equal(new Set(places).size, 1)
    })

    test('room is given out to the last MiB and no further, however many ask at once', async () => {
      const ids = Array.from({ length: 8 }, () => randomUUID())
      const answers = await Promise.all(ids.map(id => bench.open().reserve(id, { vcpus: 100, ramMb: 250 })))
      assert.equal(answers.filter(Boolean).length, 4)
      const given = ids.filter((_, index) => answers[index])
      const addresses = await Promise.all(given.map(async id => (await compute.observe(id)).address))
      assert.equal(new Set(addresses.map(address => address!.port)).size, 4)
      assert.deepEqual((await compute.kept()).toSorted(), given.toSorted())
      for (const id of given) await compute.remove(id)
      assert.deepEqual(await compute.kept(), [])
    })

    test('a room changes its size and keeps its address; when there is not enough, all stays as it was', async () => {
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

    test('an id that is no UUID is refused', async () => {
      await assert.rejects(compute.reserve('../../etc', small), /not the id/)
      await compute.remove('../../etc')
    })
  })

  for (const engine of bench.engines)
    describe(`compute driver ${name} with ${engine.title}`, () => engineContract(bench, compute, engine))
}

/** What goes for every engine of every driver. */
function engineContract(host: Bench, compute: Compute, { image, bench }: EngineUnderTest) {
  const made = async (password = newPassword()) => {
    const id = randomUUID()
    assert.equal(await compute.reserve(id, small), true)
    await compute.initialise(id, image.id, password)
    await compute.configure(id, bench.settings)
    return { id, password, address: (await compute.observe(id)).address! }
  }
  type Made = Awaited<ReturnType<typeof made>>
  /** Started, and done with reading its data. */
  const started = async ({ id, password, address }: Made) => {
    await compute.start(id)
    const server = compute.server(image.manager, address, password)
    assert.equal(await server.answers(), true)
    return server
  }
  const asAdministrator = ({ address, password }: Made) =>
    bench.connect({ address, password, user: bench.administrator, database: bench.ownDatabase })
  const shown = async (instance: Made, names: readonly string[]) => {
    const session = await asAdministrator(instance)
    const values: string[] = []
    for (const each of names) values.push(plainSetting(await bench.shown(session, each)))
    await session.end()
    return values
  }

  test('an instance lives: made, configured, started, stopped, started again, removed; each step may be repeated', async () => {
    const { id, password, address } = await made()
    await compute.initialise(id, image.id, password)
    const idle = await compute.observe(id)
    assert.deepEqual([idle.initialised, idle.settings, idle.process], [true, bench.settings, undefined])
    const use = (await compute.diskUse(id))!
    assert.ok(use.bytes > (use.walBytes ?? 0))
    const server = compute.server(image.manager, address, password)
    assert.equal(await server.answers(), false)

    await compute.start(id)
    const { process: first } = await compute.observe(id)
    await Promise.all([compute.start(id), host.open().start(id)])
    assert.equal((await host.open().observe(id)).process, first)
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
    assert.equal(host.isLeft(id), false)
    assert.equal(await accepts(address.port), false)
  })

  test('the server runs with what it was configured with last, from its next start on', async () => {
    const instance = await made()
    const { id } = instance
    await started(instance)
    const names = Object.keys(bench.settings)
    const [changed] = Object.keys(bench.changed)
    await compute.configure(id, bench.changed)
    assert.deepEqual((await compute.observe(id)).settings, bench.changed)
    assert.deepEqual(await shown(instance, names), Object.values(bench.settings).map(plainSetting))
    await compute.stop(id)
    await started(instance)
    assert.deepEqual(await shown(instance, [changed!]), [bench.changed[changed!]])
    await compute.remove(id)
  })

  const sizes = [
    { vcpus: 1, ramMb: 128 },
    { vcpus: 2, ramMb: 700 },
    { vcpus: 8, ramMb: 6000 },
  ]
  test('whatever the flavor, the running server has every setting of it, and a resize keeps the data', async () => {
    const instance = await made()
    const { id } = instance
    for (const [round, hardware] of sizes.entries()) {
      const settings = compute.settingsFor(image.manager, hardware)!
      await compute.stop(id)
      await compute.configure(id, settings)
      await started(instance)
      assert.deepEqual(await shown(instance, Object.keys(settings)), Object.values(settings).map(plainSetting))
      await writeAndRead(instance, round)
    }
    await compute.remove(id)
  })

  /** In a database of its own, where there are any. */
  async function writeAndRead(instance: Made, round: number) {
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

  test('a server that does not come up is a fault with its last words, without a path', async () => {
    const { id } = await made()
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

  test('nobody gets in without the password, and no password is in the log', async () => {
    const instance = await made()
    const { id, password, address } = instance
    const server = await started(instance)
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
    const log = host.log(id)
    for (const secret of [password, first, second, root]) assert.ok(!log.includes(secret))
    await compute.remove(id)
  })

  test('the superuser comes in while enabled, is shut out when disabled, and may be enabled again', async () => {
    const instance = await made()
    const { id, address } = instance
    const server = await started(instance)
    const login = (word: string) => ({
      address,
      user: bench.superuser,
      password: word,
      database: bench.ownDatabase,
    })
    const comesIn = async (word: string) => (await bench.connect(login(word))).end()
    await server.disableRoot()
    assert.equal(await server.enableRoot('first word'), bench.superuser)
    await comesIn('first word')
    assert.equal(await server.enableRoot('secönd'), bench.superuser)
    await assert.rejects(comesIn('first word'))
    await comesIn('secönd')
    await compute.stop(id)
    await started(instance)
    await comesIn('secönd')
    const { ended } = await bench.holdOn(login('secönd'))
    await server.disableRoot()
    await ended
    await server.disableRoot()
    await assert.rejects(comesIn('secönd'))
    await server.enableRoot('third')
    await comesIn('third')
    assert.deepEqual(await (server.contents?.users() ?? []), [])
    await compute.remove(id)
  })
}
