import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, before, describe, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { DatabaseAway } from '../../src/model/fault.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'

/** What asks a PostgreSQL for encryption; its answer is one byte. PostgreSQL's documentation, “Message Formats”, SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

type Manner = 'passes on' | 'answers E' | 'says that it starts'

/** ErrorResponse: cannot_connect_now. */
const starting = (() => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0')
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
})()

/** Stands before a PostgreSQL and takes down how each connection begins. */
async function standBefore(t: Pick<TestContext, 'after'>, url: string) {
  const port = Number(new URL(url).port)
  const seen: ('encrypted' | 'plain')[] = []
  const sockets = new Set<Socket>()
  let manner: Manner = 'passes on'
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    socket.once('data', (first: Buffer) => {
      const asksForTls = first.equals(sslRequest)
      seen.push(asksForTls ? 'encrypted' : 'plain')
      if (manner === 'answers E') return socket.end('E')
      if (manner === 'says that it starts') {
        if (!asksForTls) return socket.end(starting)
        socket.write('N')
        return socket.once('data', () => socket.end(starting))
      }
      const behind = connect(port, '127.0.0.1').on('error', () => socket.destroy())
      sockets.add(behind)
      behind.write(first)
      socket.pipe(behind).pipe(socket)
      return socket.on('close', () => behind.destroy())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  t.after(() => {
    hangUp()
    server.close()
  })
  return {
    url: url.replace(`:${port}/`, `:${(server.address() as AddressInfo).port}/`),
    /** How the connections began that were made meanwhile. */
    async beginnings(during: () => Promise<unknown>) {
      seen.length = 0
      await during()
      return seen.slice()
    },
    hangUp,
    be: (next: Manner) => {
      manner = next
    },
  }
}

const select1 = ({ kysely }: Database) => sql`select 1`.execute(kysely)

/** Every connection that it has is gone. */
async function forget(database: Database, proxy: { hangUp(): void }) {
  proxy.hangUp()
  // Whoever is given a connection before its end is noticed is told so.
  for (;;) {
    try {
      return await select1(database)
    } catch (error) {
      assert.ok(error instanceof DatabaseAway, String(error))
    }
  }
}

const modes = [
  { sslmode: 'prefer', isEncrypted: false, attempts: ['encrypted', 'plain'] },
  { sslmode: 'prefer', isEncrypted: true, attempts: ['encrypted'] },
  { sslmode: 'allow', isEncrypted: true, attempts: ['plain', 'encrypted'] },
  { sslmode: 'allow', isEncrypted: false, attempts: ['plain'] },
]

const servers = new Map<boolean, RestartableServer>()
before(async () => {
  for (const isEncrypted of [true, false]) servers.set(isEncrypted, await startPostgresql({ isEncrypted }))
})
after(async () => {
  for (const server of servers.values()) await server.stop()
})

for (const { sslmode, isEncrypted, attempts } of modes) {
  const first = attempts[0]!
  describe(`sslmode=${sslmode}, of a PostgreSQL that ${isEncrypted ? 'wants' : 'knows no'} encryption`, () => {
    let url: string
    before(async () => {
      url = `${await servers.get(isEncrypted)!.createDatabase()}?sslmode=${sslmode}`
    })

    async function open(t: TestContext, poolSizeMax = 1) {
      const proxy = await standBefore(t, url)
      const database = await openDatabase(proxy.url, { poolSizeMax, create: false, answerMs: 20_000 })
      t.after(() => database.close())
      return { proxy, database }
    }

    test(`each connection is tried ${first} first`, async t => {
      const { proxy, database } = await open(t)
      for (let round = 0; round < 3; round++)
        assert.deepEqual(await proxy.beginnings(() => forget(database, proxy)), attempts)
    })

    test(`and ${first} first again after attempts that failed`, async t => {
      const { proxy, database } = await open(t)
      for (const manner of ['answers E', 'says that it starts'] as const) {
        proxy.be(manner)
        proxy.hangUp()
        for (let round = 0; round < 3; round++) {
          const began = await proxy.beginnings(() => assert.rejects(select1(database), DatabaseAway))
          // The first round may still be given the connection that was hung up on.
          if (round > 0) assert.equal(began[0], first)
          // A server that cannot say whether it encrypts has not said that it does not.
          if (manner === 'answers E') assert.ok(began.length <= 1, began.join())
        }
        proxy.be('passes on')
        assert.deepEqual(await proxy.beginnings(() => select1(database)), attempts)
      }
    })

    test('many at once, more than there are connections, all get one', async t => {
      const { proxy, database } = await open(t, 3)
      const ask = () =>
        Promise.all(Array.from({ length: 12 }, () => sql`select pg_sleep(0.01)`.execute(database.kysely)))
      await forget(database, proxy)
      // Two more connections are made, and none of them the other way round.
      const began = await proxy.beginnings(ask)
      assert.deepEqual(began.toSorted(), [...attempts, ...attempts].toSorted())
      assert.deepEqual(new Set(began.slice(0, 2)), new Set([first]))
    })
  })
}
