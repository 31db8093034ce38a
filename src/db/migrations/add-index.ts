import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'

/** An index that was added to one of our tables in a later release. */
export type AddedIndex = Readonly<{ table: string; index: string; columns: readonly string[] }>

/** Adds the index unless it exists: on engines without transactional DDL, a killed run may have left it behind. */
export async function addIndex(
  db: Kysely<unknown>,
  dialect: Dialect,
  { table, index, columns }: AddedIndex,
): Promise<void> {
  if (await dialect.hasIndex?.(db, table, index)) return
  const words = sql.raw(dialect.hasIndex ? 'create index' : 'create index if not exists')
  const list = sql.join(columns.map(column => sql.ref(column)))
  await sql`${words} ${sql.ref(index)} on ${sql.table(table)} (${list})`.execute(db)
}
