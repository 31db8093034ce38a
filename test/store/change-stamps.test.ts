import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/database.ts'
import { startPostgresql } from '../servers/postgresql.ts'
import type { RestartableServer } from '../servers/server.ts'

describe('the change stamp of a PostgreSQL', () => {
  let server: RestartableServer
  let url: string
  let dataFolder: string
  before(async () => {
    server = await startPostgresql()
    url = await server.createDatabase()
    dataFolder = await withDatabase(async ({ kysely }) => {
      const { rows } = await sql<{ folder: string }>`select current_setting('data_directory') as folder`.execute(kysely)
      return rows[0]!.folder
    })
  })
  after(() => server.stop())

  async function withDatabase<T>(work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>): Promise<T> {
    const database = await openDatabase(url, { poolSizeMax: 1, create: false })
    return work(database).finally(() => database.close())
  }

  const stamp = () => withDatabase(({ kysely, dialect }) => dialect.changeStamp!(kysely))
  const snapshot = () =>
    withDatabase(async ({ kysely }) => {
      const { rows } = await sql<{ text: string }>`select txid_current_snapshot()::text as text`.execute(kysely)
      return rows[0]!.text
    })

  test('is equal while nothing is changed', async () => {
    assert.equal(await stamp(), await stamp())
  })

  // After a failover or a restored backup, transactions get the ids of others that were lost.
  test('is another one after the server has started again, even with the same transactions', async () => {
    await server.shutDown()
    await server.startAgain()
    const before = { stamp: await stamp(), snapshot: await snapshot() }
    await server.shutDown()
    await server.startAgain()
    assert.equal(await snapshot(), before.snapshot)
    assert.notEqual(await stamp(), before.stamp)
  })

  // On a standby, a snapshot does not list the running transactions, and can stay the same when one of them is committed.
  test('is never the same on a standby', async () => {
    await server.shutDown()
    writeFileSync(join(dataFolder, 'standby.signal'), '', { mode: 0o644 })
    await server.startAgain()
    assert.equal(await snapshot(), await snapshot())
    assert.notEqual(await stamp(), await stamp())
  })
})
