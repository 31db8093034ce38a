import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'

/** A table in words that every engine understands; what differs is filled in from the dialect. */
export type TableShape = Readonly<{
  name: string
  /** Column → type and constraints. `flag`, `datetime` and `text` stand for the engine's own type. */
  columns: Readonly<Record<string, string>>
  primaryKey: string
  /** Constraint name → columns; '' lets the engine choose the name, as Trove's migrations did. */
  unique?: readonly { name: string; columns: readonly string[] }[]
  foreignKeys?: readonly { column: string; references: string; onDelete?: 'cascade'; onUpdate?: 'cascade' }[]
  flagChecks?: readonly string[]
  indexes?: Readonly<Record<string, readonly string[]>>
}>

/**
 * Creates a table with its keys. May be repeated after it was killed half-way: everything is "if not exists", and where
 * an engine cannot undo DDL it is a single statement.
 */
export async function createTable(db: QueryExecutorProvider, dialect: Dialect, shape: TableShape): Promise<void> {
  const list = (columns: readonly string[]) => sql.join(columns.map(column => sql.ref(column)))
  const indexes = Object.entries(shape.indexes ?? {})
  const parts: RawBuilder<unknown>[] = [
    ...Object.entries(shape.columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(typeWords(type, dialect))}`),
    sql`primary key (${sql.ref(shape.primaryKey)})`,
    ...(shape.unique ?? []).map(({ name, columns }) =>
      name ? sql`constraint ${sql.ref(name)} unique (${list(columns)})` : sql`unique (${list(columns)})`,
    ),
    ...(dialect.inlineIndexes ? indexes.map(([name, columns]) => sql`key ${sql.ref(name)} (${list(columns)})`) : []),
    ...(shape.foreignKeys ?? []).map(
      ({ column, references, onDelete, onUpdate }) =>
        sql`foreign key (${sql.ref(column)}) references ${sql.table(references)} (id)${sql.raw(onDelete ? ` on delete ${onDelete}` : '')}${sql.raw(onUpdate ? ` on update ${onUpdate}` : '')}`,
    ),
    ...(shape.flagChecks ?? []).map(column => dialect.flagCheck(column)).filter(check => check !== undefined),
  ]
  const options = sql.raw((await dialect.tableOptions?.(db)) ?? '')
  await sql`create table if not exists ${sql.table(shape.name)} (${sql.join(parts)})${options}`.execute(db)
  if (dialect.inlineIndexes) return
  for (const [name, columns] of indexes)
    await sql`create index if not exists ${sql.ref(name)} on ${sql.table(shape.name)} (${list(columns)})`.execute(db)
}

/** A type in the engine's words. */
export const typeWords = (type: string, { types }: Dialect): string =>
  type.replace(/^(flag|datetime|text)\b/, word => types[word as keyof typeof types])
