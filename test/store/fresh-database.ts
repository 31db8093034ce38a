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

const templates = new Map<Engine, Promise<string>>()

/** Copies one that was migrated, since a migration takes longer than a copy. */
async function migratedDatabase(engine: Engine): Promise<string> {
  const template = templates.get(engine) ?? newDatabase(engine)
  templates.set(engine, template)
  return (await engine.copyDatabase(await template)) ?? newDatabase(engine)
}

async function newDatabase(engine: Engine): Promise<string> {
  const url = await engine.createDatabase()
  const database = await openDatabase(url, { poolSizeMax: 1, create: true })
  await migrate(database).finally(() => database.close())
  return url
}

/** A database of this test's own, with tables and no rows. */
export async function freshDatabase(t: TestContext, engine: Engine): Promise<Fresh> {
  const url = await migratedDatabase(engine)
  const database = await open(t, url)
  const withStores = (database: Database) => ({ database, stores: openStores(database) })
  return { url, ...withStores(database), openAgain: async () => withStores(await open(t, url)) }
}
