import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Database, inTransaction, openDatabase } from '../../src/db/database.ts'
import { DatabaseAway } from '../../src/model/fault.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'

// Half of it is for a new connection, which takes a busy machine more than half a second where it is encrypted.
const answerMs = 2000

const engines = {
  postgresql: {
    start: startPostgresql,
    ownId: sql<{ id: number }>`select pg_backend_pid() as id`,
    end: (id: number) => sql`select pg_terminate_backend(${id})`,
    slow: sql`select pg_sleep(20)`,
    readOnly: sql`set session characteristics as transaction read only`,
  },
  ...(process.env.TROVE_TS_TEST_SYSTEM === '1'
    ? {
        mariadb: {
          start: startMariadb,
          ownId: sql<{ id: number }>`select connection_id() as id`,
          end: (id: number) => sql`kill connection ${sql.lit(id)}`,
          slow: sql`select sleep(20)`,
          readOnly: sql`set session transaction read only`,
        },
      }
    : {}),
}

const authority = join(import.meta.dirname, '../servers/tls/authority.pem')
const encrypted = { postgresql: `sslmode=verify-full&sslrootcert=${authority}`, mariadb: `ssl_ca=${authority}` }
const kinds = Object.entries(engines).flatMap(([name, engine]) => [
  { name, query: '', ...engine },
  { name: `${name}, encrypted,`, query: encrypted[name as keyof typeof encrypted], ...engine },
])

for (const { name, query, start, ownId, end, slow, readOnly } of kinds) {
  describe(`a ${name}`, () => {
    let server: RestartableServer
    let url: string
    before(async () => {
      server = await start({ isEncrypted: query !== '' })
      url = (await server.createDatabase()).replace(/\?.*|$/, `?${query}`)
    })
    after(() => server.stop())

    /** A database with one connection, and what it told. */
    async function open(t: { after(end: () => Promise<void>): void }, connection = url, answerMsMax = answerMs) {
      const told: string[] = []
      const options = {
        poolSizeMax: 1,
        create: false,
        answerMs: answerMsMax,
        say: (sentence: string) => void told.push(sentence),
      }
      const database = await openDatabase(connection, options)
      t.after(() => database.close())
      return { database, told }
    }
    const select1 = ({ kysely }: Database) => sql`select 1`.execute(kysely)
    const isAway = (cause: RegExp) => (error: unknown) =>
      error instanceof DatabaseAway && error.status === 503 && cause.test(String(error.cause))

    test('keeps what it has against a statement of ours: that is no outage', async t => {
      const { database, told } = await open(t)
      for (const wrong of [sql`select * from nowhere`, sql`selec 1`, sql`select nonsense`])
        await assert.rejects(wrong.execute(database.kysely), error => !(error instanceof DatabaseAway))
      await select1(database)
      assert.deepEqual(told, [])
    })

    test('ends a connection in the middle of a query and between two queries of a transaction: 503, and the next one is well', async t => {
      const { database, told } = await open(t)
      const { database: other } = await open(t)
      const idOf = async (kysely: Database['kysely']) => Number((await ownId.execute(kysely)).rows[0]!.id)

      const id = await idOf(database.kysely)
      const asking = slow.execute(database.kysely)
      const ended = assert.rejects(asking, isAway(/./))
      await end(id).execute(other.kysely)
      await ended
      await select1(database)

      const transaction = database.kysely.transaction().execute(async transaction => {
        await end(await idOf(transaction)).execute(other.kysely)
        // The other connection has to hear of it before this one is used again.
        await select1(other)
        await sql`select 1`.execute(transaction)
      })
      await assert.rejects(transaction, isAway(/./))
      await select1(database)
      assert.deepEqual(
        told.map(sentence => /is back|unreachable/.exec(sentence)?.[0]),
        ['unreachable', 'is back', 'unreachable', 'is back'],
      )
      assert.doesNotMatch(told.join(), /trove:/)
    })

    test('gets so long for an answer and no longer; the connection is given up, and another one takes its place', async t => {
      const { database } = await open(t)
      const began = performance.now()
      await assert.rejects(slow.execute(database.kysely), isAway(/no answer within 2 s/))
      assert.ok(performance.now() - began < 3 * answerMs)
      await select1(database)
    })

    test('is not waited for without an end when every connection is in use, and that is no outage', async t => {
      const { database, told } = await open(t)
      await database.kysely.transaction().execute(async transaction => {
        await assert.rejects(select1(database), isAway(/no free connection within 1 s/))
        await sql`select 1`.execute(transaction)
      })
      await select1(database)
      assert.deepEqual(told, [])
    })

    // MariaDB waits for a second at least, each time.
    const whenPlain = query === '' ? test : undefined
    whenPlain?.(
      'waits for a lock and then gives way: the transaction runs again, in the end 503, and that is no outage',
      async t => {
        const { database, told } = await open(t, url, 3000)
        const { database: other } = await open(t)
        await sql`create table locked (id int primary key, count int)`.execute(other.kysely)
        await sql`insert into locked values (1, 0)`.execute(other.kysely)
        const add = sql`update locked set count = count + 1 where id = 1`
        let runs = 0
        const run = () =>
          inTransaction(database, async transaction => {
            runs++
            await add.execute(transaction)
          })
        const isLocked = isAway(/lock timeout|Lock wait timeout/)

        await other.kysely.transaction().execute(async holder => {
          await add.execute(holder)
          await assert.rejects(add.execute(database.kysely), isLocked)
          await assert.rejects(run(), isLocked)
          assert.ok(runs > 1, `${runs}`)
        })
        await other.kysely
          .transaction()
          .execute(async holder => {
            await add.execute(holder)
            runs = 0
            const waiting = run()
            const isSecond = Promise.withResolvers<void>()
            const look = setInterval(() => runs > 1 && isSecond.resolve(), 10)
            await isSecond.promise.finally(() => clearInterval(look))
            return { waiting }
          })
          .then(({ waiting }) => waiting)
        const { rows } = await sql<{ count: number }>`select count from locked`.execute(other.kysely)
        assert.equal(Number(rows[0]!.count), 3)
        assert.deepEqual(told, [])
      },
    )

    test('that takes no writes any more loses the connection, for the next to go to the new primary; it is no outage', async t => {
      const { database, told } = await open(t)
      await sql`create table written (id int)`.execute(database.kysely)
      const write = sql`insert into written values (1)`
      for (const work of [
        () => write.execute(database.kysely),
        () => inTransaction(database, transaction => write.execute(transaction)),
      ]) {
        await readOnly.execute(database.kysely)
        await assert.rejects(work(), isAway(/read.only/i))
        await work()
      }
      if (name === 'mariadb') {
        for (const words of [
          "create user writer@'127.0.0.1' identified by 'writer'",
          "grant all on `trove%`.* to writer@'127.0.0.1'",
          'set global read_only = on',
        ])
          await sql.raw(words).execute(database.kysely)
        const { database: written } = await open(t, url.replace(/trove:[^@]*@/, 'writer:writer@'))
        await assert.rejects(write.execute(written.kysely), isAway(/--read-only option/))
        await sql`set global read_only = off`.execute(database.kysely)
        await write.execute(written.kysely)
      }
      assert.deepEqual(told, [])
    })

    test('that hangs keeps nobody from closing, or from being told at the start', async t => {
      const { database } = await open(t)
      await server.freeze()
      try {
        await assert.rejects(select1(database), isAway(/no answer/))
        await assert.rejects(open(t), /^Fault: The database [^ ]+ cannot be opened: .+\. Check that the server runs/)
        const began = performance.now()
        await database.close()
        assert.ok(performance.now() - began < 5000)
      } finally {
        server.thaw()
      }
    })
  })
}
