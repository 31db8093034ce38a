import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'
import { typeWords } from './create-table.ts'

/** A column that was added to one of our tables in a later release. It must allow null, since existing rows have no value. */
export type AddedColumn = Readonly<{ table: string; column: string; type: string }>

/** Adds the column unless it exists: on engines without transactional DDL, a killed run may have left it behind. */
export async function addColumn(
  db: Kysely<unknown>,
  dialect: Dialect,
  { table, column, type }: AddedColumn,
): Promise<void> {
  const existing = (await db.introspection.getTables()).find(({ name }) => name === table)
  if (existing?.columns.some(({ name }) => name === column)) return
  await sql`alter table ${sql.table(table)} add column ${sql.ref(column)} ${sql.raw(typeWords(type, dialect))}`.execute(
    db,
  )
}
