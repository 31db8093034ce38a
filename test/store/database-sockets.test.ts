import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate, pendingMigrations } from '../../src/db/migrations/index.ts'
import { DatabaseAway } from '../../src/model/fault.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'

const servers = {
  // No address: neither side has one on a socket.
  postgresql: { start: startPostgresql, from: sql<{ said: string }>`select inet_client_addr() as said`, told: null },
  ...(process.env.TROVE_TS_TEST_SYSTEM === '1'
    ? { mariadb: { start: startMariadb, from: sql<{ said: string }>`select user() as said`, told: 'trove@localhost' } }
    : {}),
}

for (const [name, { start, from, told }] of Object.entries(servers))
  describe(`a ${name} that is reached by its socket`, () => {
    let server: RestartableServer
    let url: string
    before(async () => {
      server = await start()
      url = server.socketUrl(new URL(await server.createDatabase()).pathname.slice(1))
    })
    after(() => server.stop())

    const opened = async (t: { after(end: () => Promise<void>): void }, query = '') => {
      const database = await openDatabase(url + query, { poolSizeMax: 2, create: false, answerMs: 5000 })
      t.after(() => database.close())
      return database
    }
    const saidBy = async ({ kysely }: Database) => (await from.execute(kysely)).rows[0]!.said

    test('is used as any other', async t => {
      const database = await opened(t)
      assert.equal(await saidBy(database), told)
      await migrate(database)
      assert.deepEqual(await pendingMigrations(database), [])
    })

    if (name === 'postgresql')
      test('is never encrypted, whatever is asked for', async t => {
        const database = await opened(t, '&sslmode=require')
        const asked = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
        assert.deepEqual((await asked.execute(database.kysely)).rows, [{ ssl: false }])
      })

    test('goes away and comes back as any other', async t => {
      const database = await opened(t)
      await server.shutDown()
      await assert.rejects(saidBy(database), error => error instanceof DatabaseAway && error.status === 503)
      await assert.rejects(opened(t), error => {
        assert.match(String(error), /cannot be opened: connect (ENOENT|ECONNREFUSED) \S+\. Check that the server runs/)
        assert.ok(!String(error).includes(/trove:(\w+)@/.exec(url)![1]!))
        return true
      })
      await server.startAgain()
      assert.equal(await saidBy(database), told)
    })
  })
