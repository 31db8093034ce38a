import { type Kysely, sql } from 'kysely'
import { Fault } from '../model/fault.ts'
import { type Database, inTransaction } from './database.ts'
import type { TableShape } from './migrations/create-table.ts'
import { pendingMigrations, tables } from './migrations/index.ts'
import type { Tables } from './tables.ts'

type Row = Readonly<Record<string, unknown>>
type TableName = keyof Tables

/** Few enough that a statement stays below every engine's limit of bound values. */
const rowsAtOnce = 200

/**
 * Copies every row of a database into another one, on whichever engine: all or nothing. Throws a Fault
 * when one of them is not up to date, or the target holds anything. Nobody else should write to the source meanwhile.
 *
 * @param say told about each table that had rows
 * @returns the number of rows
 */
export async function copyDatabase(from: Database, to: Database, say: (progress: string) => void): Promise<number> {
  for (const database of [from, to])
    if ((await pendingMigrations(database)).length > 0)
      throw new Fault(`The database ${database.shown} is not up to date. Run \`trove-manage db_sync\` on it first.`)
  return inTransaction(to, async transaction => {
    for (const { name } of tables)
      if (await hasRows(transaction, name))
        throw new Fault(`The database ${to.shown} is not empty: ${name} has rows. Nothing was changed.`)
    let total = 0
    for (const shape of tables) {
      const rows = await copyTable(from, { ...to, kysely: transaction }, shape)
      if (rows > 0) say(`${shape.name}: ${rows} ${rows === 1 ? 'row' : 'rows'}`)
      total += rows
    }
    return total
  })
}

const hasRows = async (db: Kysely<Tables>, table: string) =>
  (await sql`select 1 as found from ${sql.table(table)} limit 1`.execute(db)).rows.length > 0

async function copyTable(from: Database, to: Pick<Database, 'kysely' | 'dialect'>, shape: TableShape): Promise<number> {
  const key = sql.ref(shape.primaryKey)
  const table = sql.table(shape.name)
  const flags = Object.keys(shape.columns).filter(column => shape.columns[column]!.startsWith('flag'))
  // A row may point at one that comes after it; those columns are filled in once all are there.
  const own = (shape.foreignKeys ?? [])
    .filter(({ references }) => references === shape.name)
    .map(({ column }) => column)
  const pointing: Row[] = []
  let after: unknown
  let total = 0
  for (;;) {
    const above = after === undefined ? sql`` : sql` where ${key} > ${after}`
    const page = await sql<Row>`select * from ${table}${above} order by ${key} limit ${sql.lit(rowsAtOnce)}`.execute(
      from.kysely,
    )
    if (page.rows.length === 0) break
    const rows = page.rows.map(row => translated(row, flags, own, to.dialect))
    await to.kysely
      .insertInto(shape.name as TableName)
      .values(rows as never)
      .execute()
    pointing.push(...page.rows.filter(row => own.some(column => row[column] != null)))
    total += rows.length
    after = page.rows.at(-1)![shape.primaryKey]
  }
  for (const row of pointing)
    for (const column of own)
      await sql`update ${table} set ${sql.ref(column)} = ${row[column]} where ${key} = ${row[shape.primaryKey]}`.execute(
        to.kysely,
      )
  return total
}

/** Datetimes are text on every engine; flags are not the same on all of them. */
function translated(row: Row, flags: readonly string[], own: readonly string[], dialect: Database['dialect']): Row {
  const flag = (column: string) => (row[column] == null ? null : dialect.flag(Boolean(row[column])))
  return {
    ...row,
    ...Object.fromEntries(flags.map(column => [column, flag(column)])),
    ...Object.fromEntries(own.map(column => [column, null])),
  }
}
