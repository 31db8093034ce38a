import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'

/** A table definition for every engine; the dialect supplies the differences. */
export type TableShape = Readonly<{
  name: string
  /** Column → type and constraints. The dialect translates the types `flag`, `datetime` and `text`. */
  columns: Readonly<Record<string, string>>
  primaryKey: string
  /** With the name '', the engine chooses one, as in Trove's migrations. */
  unique?: readonly { name: string; columns: readonly string[] }[]
  foreignKeys?: readonly { column: string; references: string; onDelete?: 'cascade'; onUpdate?: 'cascade' }[]
  flagChecks?: readonly string[]
  indexes?: Readonly<Record<string, readonly string[]>>
}>

/**
 * Creates a table with its keys. Can be repeated after it was killed: every statement has "if not exists", and on engines
 * without transactional DDL it is a single statement.
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

/** Translates a type for the engine. */
export const typeWords = (type: string, { types }: Dialect): string =>
  type.replace(/^(flag|datetime|text)\b/, word => types[word as keyof typeof types])
