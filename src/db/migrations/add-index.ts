import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'

/** An index that was added in a later release. */
export type AddedIndex = Readonly<{
  table: string
  index: string
  columns: readonly string[]
  /** True if it is not needed where foreign keys have indexes, and every index ends with the primary key. */
  isImplicit?: true
}>

/** Where Trove notes its own migrations, in any release. */
const tablesOfTrovesMigrations: readonly string[] = ['alembic_version', 'migrate_version']

/**
 * Adds the index unless it exists: on engines without transactional DDL, a killed run may have left it behind. Tables that
 * Trove made stay as Trove made them.
 */
export async function addIndex(
  db: Kysely<unknown>,
  dialect: Dialect,
  { table, index, columns, isImplicit }: AddedIndex,
): Promise<void> {
  if (isImplicit && dialect.hasImplicitIndexes) return
  if (!table.startsWith('trovets_') && (await isOfTrove(db))) return
  if (await dialect.hasIndex?.(db, table, index)) return
  const words = sql.raw(dialect.hasIndex ? 'create index' : 'create index if not exists')
  const list = sql.join(columns.map(column => sql.ref(column)))
  await sql`${words} ${sql.ref(index)} on ${sql.table(table)} (${list})`.execute(db)
}

async function isOfTrove(db: Kysely<unknown>): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.some(({ name }) => tablesOfTrovesMigrations.includes(name))
}
