import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'
import { typeWords } from './create-table.ts'

/** A column that a table of ours got after it was released; always one that may be null, for the rows that are there. */
export type AddedColumn = Readonly<{ table: string; column: string; type: string }>

/** Adds the column unless it is there: where an engine cannot undo DDL, a run that was killed may have left it. */
export async function addColumn(
  db: Kysely<unknown>,
  dialect: Dialect,
  { table, column, type }: AddedColumn,
): Promise<void> {
  const found = (await db.introspection.getTables()).find(({ name }) => name === table)
  if (found?.columns.some(({ name }) => name === column)) return
  await sql`alter table ${sql.table(table)} add column ${sql.ref(column)} ${sql.raw(typeWords(type, dialect))}`.execute(
    db,
  )
}
