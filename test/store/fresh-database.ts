import type { TestContext } from 'node:test'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import type { Stores } from '../../src/ports/stores.ts'
import type { Engine } from '../servers/engines.ts'

/** Opens a database until the test ends. */
export async function open(t: TestContext, url: string): Promise<Database> {
  const database = await openDatabase(url, { poolSizeMax: 10, create: true })
  t.after(() => database.close())
  return database
}

export type Fresh = Readonly<{
  url: string
  database: Database
  stores: Stores
  /** The same database through a pool (or file handle) of its own, as another process would have it. */
  openAgain(): Promise<{ database: Database; stores: Stores }>
}>

/** A database of this test's own, with tables and no rows. */
export async function freshDatabase(t: TestContext, engine: Engine): Promise<Fresh> {
  const url = await engine.createDatabase()
  const database = await open(t, url)
  await migrate(database)
  const withStores = (database: Database) => ({ database, stores: openStores(database) })
  return { url, ...withStores(database), openAgain: async () => withStores(await open(t, url)) }
}
