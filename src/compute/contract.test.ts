import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { Fault } from '../model/fault.ts'
import type { Image } from '../model/image.ts'
import type { Compute } from '../ports/compute.ts'
import { computeDrivers } from './index.ts'

/** How each driver is opened on a host of its own: a driver that is not here has no contract test, and that fails below. */
type Bench = {
  /** As another process would, on the same host. */
  open(): Compute
  /** Undefined where the driver has nothing to make instances from; then most of its contract is not run. */
  image: Image | undefined
  /** What the server of an instance wrote about itself. */
  log(id: string): string
  /** Whether anything of the instance is left. */
  isLeft(id: string): boolean
  close(): void
}

const ramMbMax = 1000
const small = { vcpus: 1, ramMb: 256 }
const settings = { shared_buffers: '16MB', max_connections: '20', log_line_prefix: "it's 100% \\ %m " }
const newPassword = () => `secret-${randomUUID()}`

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  local: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-ts-compute-'))
    chmodSync(folder, 0o711)
    const open = () => computeDrivers.local!({ folder: join(folder, 'instances'), ramMbMax })
    return {
      open,
      close: () => rmSync(folder, { recursive: true, force: true }),
      image: (await open().images())[0],
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

test('every compute driver has a bench here', () => {
  assert.deepEqual(Object.keys(benches), Object.keys(computeDrivers))
})

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`compute driver ${name}`, () => {
    let bench: Bench
    let compute: Compute
    let image: Image
    before(async () => {
      bench = await makeBench()
      compute = bench.open()
      if (bench.image) image = bench.image
    })
    // Also after a failure no server stays behind.
    after(async () => {
      for (const id of await compute.kept()) await compute.remove(id)
      bench.close()
    })
    const needsImage = (t: { skip(why: string): void }) => {
      if (!image) t.skip(`NOT RUN: the driver ${name} has no image on this machine`)
      return image !== undefined
    }
    const made = async (password = newPassword()) => {
      const id = randomUUID()
      assert.equal(await compute.reserve(id, small), true)
      await compute.initialise(id, image.id, password)
      await compute.configure(id, settings)
      return { id, password, address: (await compute.observe(id)).address! }
    }

    test('of what was never there, nothing is seen, stopped or removed', async () => {
      const id = randomUUID()
      const nothing = {
        room: undefined,
        address: undefined,
        initialised: false,
        settings: undefined,
        process: undefined,
      }
      assert.deepEqual(await compute.observe(id), nothing)
      await compute.stop(id)
      await compute.remove(id)
      assert.equal(await compute.usedBytes(id), undefined)
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

    test('an instance lives: made, configured, started, stopped, started again, removed; each step may be repeated', async t => {
      if (!needsImage(t)) return
      const { id, password, address } = await made()
      await compute.initialise(id, image.id, password)
      const idle = await compute.observe(id)
      assert.deepEqual([idle.initialised, idle.settings, idle.process], [true, settings, undefined])
      assert.ok((await compute.usedBytes(id))! > 1_000_000)
      const server = compute.server(image.manager, address, password)
      assert.equal(await server.answers(), false)

      await compute.start(id)
      const { process: first } = await compute.observe(id)
      await Promise.all([compute.start(id), bench.open().start(id)])
      assert.equal((await bench.open().observe(id)).process, first)
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
      assert.equal(bench.isLeft(id), false)
      assert.equal(await accepts(address.port), false)
    })

    test('the server runs with what it was configured with last, from its next start on', async t => {
      if (!needsImage(t)) return
      const { id, password, address } = await made()
      await compute.start(id)
      await compute.configure(id, { max_connections: '33' })
      assert.deepEqual((await compute.observe(id)).settings, { max_connections: '33' })
      const shown = async () => {
        const client = new pg.Client({ ...address, user: 'os_admin', password, database: 'postgres' })
        await client.connect()
        const sql =
          "select name, setting from pg_settings where name in ('max_connections', 'log_line_prefix') order by 1"
        const { rows } = await client.query(sql).finally(() => client.end())
        return rows.map(row => row.setting)
      }
      assert.deepEqual(await shown(), [settings.log_line_prefix, '20'])
      await compute.stop(id)
      await compute.start(id)
      assert.deepEqual(await shown(), ['%m [%p] ', '33'])
      await compute.remove(id)
    })

    test('a server that does not come up is a fault with its last words, without a path', async t => {
      if (!needsImage(t)) return
      const { id } = await made()
      await compute.configure(id, { max_connections: 'many' })
      await assert.rejects(compute.start(id), error => {
        assert.ok(error instanceof Fault)
        assert.match(error.message, /max_connections.*many/)
        assert.doesNotMatch(error.message, /\//)
        return true
      })
      await compute.configure(id, settings)
      await compute.start(id)
      await compute.remove(id)
    })

    test('nobody gets in without the password, and no password is in the log', async t => {
      if (!needsImage(t)) return
      const { id, password, address } = await made()
      await compute.start(id)
      assert.equal(await compute.server(image.manager, address, 'wrong').answers(), false)
      await assert.rejects(
        compute.server(image.manager, address, 'wrong').databases(),
        error => error instanceof Fault && error.status === 503,
      )
      const server = compute.server(image.manager, address, password)
      const [first, second, root] = [newPassword(), newPassword(), newPassword()]
      await server.createDatabase({ name: 'shop' })
      await server.createUser({ name: 'ann', password: first, databases: ['shop'] })
      await server.createUser({ name: 'ann', password: first, databases: ['shop'] })
      await server.changeUser('ann', { password: second })
      await server.enableRoot(root)
      await compute.stop(id)
      const log = bench.log(id)
      for (const secret of [password, first, second, root]) assert.ok(!log.includes(secret))
      await compute.remove(id)
    })
  })
}
