import type { TestContext } from 'node:test'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate, tables } from '../../src/db/migrations/index.ts'
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

/**
 * PostgreSQL databases whose tests have ended. Emptying one takes a fraction of the time and none of the disk space of a
 * copy.
 */
const usedDatabases: string[] = []

/** Identifies the tables, columns, keys, indexes and migrations of a PostgreSQL database. */
const fingerprint = sql<{ text: string }>`
  select string_agg(line, ' ' order by line) as text from (
    select concat_ws(' ', table_name, ordinal_position, column_name, data_type, character_maximum_length, is_nullable,
      collation_name, column_default) as line from information_schema.columns where table_schema = 'public'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace
    union all select tgname from pg_trigger where not tgisinternal
    union all select name from trovets_migrations
  ) as lines`

let rightFingerprint: string | undefined

/** Deletes all rows. Returns false if a test has changed the schema. */
async function empty(url: string): Promise<boolean> {
  const database = await openDatabase(url, { poolSizeMax: 1, create: false })
  try {
    const found = await fingerprint.execute(database.kysely).catch(() => undefined)
    if (found?.rows[0]?.text !== rightFingerprint) return false
    const deletes = tables.map(({ name }) => `delete from ${name}`)
    await sql.raw(['set session_replication_role = replica', ...deletes].join('; ')).execute(database.kysely)
    return true
  } finally {
    await database.close()
  }
}

async function emptyOrCopy(engine: Engine): Promise<string> {
  if (engine.name !== 'postgresql') return migratedDatabase(engine)
  for (let url = usedDatabases.pop(); url !== undefined; url = usedDatabases.pop()) if (await empty(url)) return url
  const url = await migratedDatabase(engine)
  if (rightFingerprint === undefined) {
    const database = await openDatabase(url, { poolSizeMax: 1, create: false })
    rightFingerprint = (await fingerprint.execute(database.kysely)).rows[0]!.text
    await database.close()
  }
  return url
}

/** A database of this test's own, with tables and no rows. */
export async function freshDatabase(t: TestContext, engine: Engine): Promise<Fresh> {
  const url = await emptyOrCopy(engine)
  if (engine.name === 'postgresql') t.after(() => void usedDatabases.push(url))
  const database = await open(t, url)
  const withStores = (database: Database) => ({ database, stores: openStores(database) })
  return { url, ...withStores(database), openAgain: async () => withStores(await open(t, url)) }
}
