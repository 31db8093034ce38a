import { type Kysely, sql } from 'kysely'
import { Fault } from '../model/fault.ts'
import { type Database, inTransaction } from './database.ts'
import type { TableShape } from './migrations/create-table.ts'
import { pendingMigrations, tables } from './migrations/index.ts'
import type { Tables } from './tables.ts'

type Row = Readonly<Record<string, unknown>>
type TableName = keyof Tables

/** Small enough to stay below every engine's limit of bound values per statement. */
const pageSize = 200

/**
 * Copies every row of one database into another, on any engine: all or nothing. Throws a Fault when the schema of one of them
 * is not up to date, or when the target has rows. No other program should write to the source in the meantime.
 *
 * @param say called for each table that had rows
 * @returns the number of rows
 */
export async function copyDatabase(from: Database, to: Database, say: (progress: string) => void): Promise<number> {
  for (const database of [from, to])
    if ((await pendingMigrations(database)).length > 0)
      throw new Fault(`The database ${database.shown} is not up to date. Run db_sync on it first.`)
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
  // A row may refer to a later row of the same table. These columns are filled in after all rows have been copied.
  const selfReferences = (shape.foreignKeys ?? [])
    .filter(({ references }) => references === shape.name)
    .map(({ column }) => column)
  const referringRows: Row[] = []
  let after: unknown
  let total = 0
  for (;;) {
    const above = after === undefined ? sql`` : sql` where ${key} > ${after}`
    const page = await sql<Row>`select * from ${table}${above} order by ${key} limit ${sql.lit(pageSize)}`.execute(
      from.kysely,
    )
    if (page.rows.length === 0) break
    const rows = page.rows.map(row => translated(row, flags, selfReferences, to.dialect))
    await to.kysely
      .insertInto(shape.name as TableName)
      .values(rows as never)
      .execute()
    referringRows.push(...page.rows.filter(row => selfReferences.some(column => row[column] != null)))
    total += rows.length
    after = page.rows.at(-1)![shape.primaryKey]
  }
  for (const row of referringRows)
    for (const column of selfReferences)
      await sql`update ${table} set ${sql.ref(column)} = ${row[column]} where ${key} = ${row[shape.primaryKey]}`.execute(
        to.kysely,
      )
  return total
}

/** Converts flags, which differ between engines, and leaves the self-references empty. Datetimes are text on every engine. */
function translated(
  row: Row,
  flags: readonly string[],
  selfReferences: readonly string[],
  dialect: Database['dialect'],
): Row {
  const flag = (column: string) => (row[column] == null ? null : dialect.flag(Boolean(row[column])))
  return {
    ...row,
    ...Object.fromEntries(flags.map(column => [column, flag(column)])),
    ...Object.fromEntries(selfReferences.map(column => [column, null])),
  }
}
