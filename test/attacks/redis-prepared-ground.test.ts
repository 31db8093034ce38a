import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { redisServer } from '../../src/compute/local/engines/redis/administration.ts'
import { Fault } from '../../src/model/fault.ts'
import type { EngineUnderTest } from '../engines/index.ts'
import { adminPassword, enginesOf, type Instance, openPlace } from './instance.ts'
import { type RedisClient, redisClient } from './redis-client.ts'
import { until } from './until.ts'

const isUnreachable = (error: unknown) => error instanceof Fault && error.status === 503
const within = async (ms: number, work: () => Promise<unknown>) => {
  const since = performance.now()
  await work()
  assert.ok(performance.now() - since < ms, `it took ${performance.now() - since} ms`)
}

function preparedGround(engine: EngineUnderTest) {
  let instance: Instance
  before(async () => {
    instance = await makeInstance(engine, { maxmemory: '32mb', maxclients: '20', 'maxmemory-policy': 'noeviction' })
    await instance.server.enableRoot('r')
  })
  after(() => instance.remove())
  const asRoot = () => redisClient(instance.address, 'r')

  test('an endless script is only ended when the service makes a change', async () => {
    const client = await asRoot()
    const script = client.ask('EVAL', 'while true do end', '0')
    script.catch(() => {})
    assert.equal(await instance.server.answers(), true)
    await within(8_000, () => instance.server.enableRoot('r'))
    await assert.rejects(script, /killed by user/)
    client.end()
  })

  test('an endless function is ended as well', async () => {
    const client = await asRoot()
    const library = "#!lua name=l\nredis.register_function('f', function() while true do end end)"
    await client.ask('FUNCTION', 'LOAD', 'REPLACE', library)
    const call = client.ask('FCALL', 'f', '0')
    call.catch(() => {})
    await within(8_000, () => instance.server.enableRoot('r'))
    await assert.rejects(call, /killed by user/)
    client.end()
  })

  test('a transaction of a hundred thousand commands only delays the service', async () => {
    const client = await asRoot()
    await client.ask('MULTI')
    for (let count = 0; count < 100_000; count++) client.send('INCR', 'n')
    client.send('EXEC')
    await within(8_000, () => instance.server.enableRoot('r'))
    client.end()
  })

  test('root can be disabled while the memory is full', async () => {
    const client = await asRoot()
    const megabyte = 'x'.repeat(1024 ** 2)
    for (let count = 0; count < 40; count++) await client.ask('SET', `k${count}`, megabyte).catch(() => {})
    await assert.rejects(client.ask('SET', 'more', megabyte), /OOM/)
    await instance.server.disableRoot()
    await client.closed
    await instance.server.enableRoot('r')
    const again = await asRoot()
    await again.ask('FLUSHALL')
    again.end()
  })

  test('a client that does not read its replies is disconnected before they fill the memory', async () => {
    const other = await asRoot()
    await other.ask('SET', 'big', 'x'.repeat(1024 ** 2))
    const stalled = await stalledClient(instance, 40)
    // The client cannot notice: the replies that it does not read come before the end of the connection.
    const isConnected = async () => String(await instance.asAdministrator('CLIENT LIST')).includes(`id=${stalled} `)
    await until('the client is disconnected', async () => !(await isConnected()))
    assert.equal(await other.ask('SET', 'more', 'x'), 'OK')
    other.end()
  })

  test('while all connections are in use, a change fails within the deadline; it succeeds once a connection is free', async () => {
    const clients: RedisClient[] = []
    for (let count = 0; count < 25; count++)
      await asRoot().then(
        client => clients.push(client),
        () => {},
      )
    assert.ok(clients.length >= 18)
    assert.equal(await instance.server.answers(), true)
    await within(10_000, () =>
      assert.rejects(
        instance.server.disableRoot(),
        error => isUnreachable(error) && /All connections .* Restart/.test((error as Error).message),
      ),
    )
    const disabling = instance.server.disableRoot()
    clients[0]!.end()
    await disabling
    await Promise.all(clients.map(({ closed }) => closed))
    await instance.server.enableRoot('r')
  })

  test('disabling root also ends connections that have not logged in', async () => {
    const clients: RedisClient[] = []
    for (let count = 0; count < 19; count++) clients.push(await redisClient(instance.address))
    await instance.server.disableRoot()
    await Promise.all(clients.map(({ closed }) => closed))
    await instance.server.enableRoot('r')
  })

  test('calls to a paused server fail within the deadline', async () => {
    process.kill(instance.pid, 'SIGSTOP')
    try {
      await within(20_000, async () => {
        assert.equal(await instance.server.answers(), false)
        await assert.rejects(instance.server.enableRoot('x'), isUnreachable)
      })
    } finally {
      process.kill(instance.pid, 'SIGCONT')
    }
    assert.equal(await instance.server.answers(), true)
  })

  /** Connects a client that requests a value of a megabyte many times and reads no reply. Returns its id. */
  async function stalledClient({ address }: Instance, times: number) {
    const client = await redisClient(address, 'r')
    const id = await client.ask('CLIENT', 'ID')
    client.pause()
    for (let count = 0; count < times; count++) client.send('GET', 'big')
    return id
  }
}

describe('calls to a hostile server fail within the deadline', () => {
  const hostile: [title: string, reply: (socket: Socket) => void][] = [
    ['a line without an end', socket => void setInterval(() => socket.write('x'.repeat(65_536)), 1).unref()],
    ['single bytes at intervals', socket => void setInterval(() => socket.write('+'), 100).unref()],
    ['a text of excessive length', socket => socket.write('$999999999\r\n')],
    ['a list of excessive length', socket => socket.write('*999999999\r\n')],
    ['excessively nested lists', socket => socket.write('*1\r\n'.repeat(10_000))],
    ['an invalid length', socket => socket.write('$NaN\r\n')],
    ['no reply', () => {}],
    ['another protocol', socket => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ]
  for (const [title, reply] of hostile)
    test(title, async () => {
      const sockets: Socket[] = []
      const server = createServer(socket => {
        sockets.push(socket.on('error', () => {}))
        reply(socket)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      const before = process.memoryUsage().rss
      await within(10_000, () =>
        assert.rejects(redisServer({ host: '127.0.0.1', port }, 'p').enableRoot('x'), isUnreachable),
      )
      assert.ok(process.memoryUsage().rss - before < 128 * 1024 ** 2)
      for (const socket of sockets) socket.destroy()
      server.close()
    })
})

function secured(engine: EngineUnderTest) {
  let instance: Instance
  before(async () => {
    instance = await makeInstance(engine)
  })
  after(() => instance.remove())

  /** The rights that POST /root granted in earlier releases. */
  const former =
    '~* &* +@all -@admin +config|get +acl|whoami +client +monitor +slowlog +latency +save +bgsave +bgrewriteaof'

  test('gets the rights of a new one, also in existing sessions', async () => {
    await instance.asAdministrator(`ACL SETUSER default reset on >r ${former}`)
    const client = await redisClient(instance.address, 'r')
    await client.ask('SET', 'kept', '1')
    await instance.server.secure({ isNew: false })
    for (const each of [
      'CLIENT PAUSE 1',
      'MIGRATE 127.0.0.1 1 k 0 1',
      'SAVE',
      'SCRIPT DEBUG SYNC',
      'CLIENT KILL USER os_admin',
    ])
      await assert.rejects(client.ask(...each.split(' ')), /NOPERM/)
    assert.equal(await client.ask('GET', 'kept'), '1')
    client.end()
    await instance.restart()
    const again = await redisClient(instance.address, 'r')
    await assert.rejects(again.ask('CLIENT', 'PAUSE', '1'), /NOPERM/)
    again.end()
  })

  test('has only the two users of a new one', async () => {
    await instance.asAdministrator('ACL SETUSER eve on >e ~* +@all')
    await instance.server.secure({ isNew: false })
    assert.deepEqual(String(await instance.asAdministrator('ACL USERS')).split('\n'), ['default', 'os_admin'])
  })

  test('keeps root disabled', async () => {
    await instance.server.disableRoot()
    await instance.server.secure({ isNew: false })
    await assert.rejects(redisClient(instance.address, 'r'), /WRONGPASS/)
  })

  test('a change of the administrator’s password survives a restart', async () => {
    await instance.server.changePassword('a new one')
    assert.equal(await instance.server.answers(), false)
    await instance.restart()
    assert.equal(await instance.serverWith('a new one').answers(), true)
    await instance.serverWith('a new one').changePassword('a new one')
    await instance.serverWith('a new one').changePassword(adminPassword)
    assert.equal(await instance.server.answers(), true)
  })
}

const makeInstance = openPlace()
for (const engine of await enginesOf('redis')) {
  describe(`${engine.title} in a state that tenants prepared`, () => preparedGround(engine))
  describe(`an instance of an earlier release, ${engine.title}`, () => secured(engine))
}
