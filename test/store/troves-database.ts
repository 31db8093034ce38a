import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { showCreateTable } from './schema.ts'

const statementsIn = (file: string) =>
  readFileSync(join(import.meta.dirname, file), 'utf8')
    .replaceAll(/^--.*\n/gm, '')
    .split(/;\n/)
    .map(statement => statement.trim())
    .filter(statement => statement !== '')

/** Runs the statements of files beside this one as Trove's connections would: MariaDB without its strict mode. */
export async function runFiles({ kysely }: Database, ...files: readonly string[]): Promise<void> {
  await kysely.connection().execute(async connection => {
    await sql`set session sql_mode = ''`.execute(connection)
    for (const statement of files.flatMap(statementsIn)) await sql.raw(statement).execute(connection)
    await sql`set session sql_mode = 'TRADITIONAL', foreign_key_checks = 1`.execute(connection)
  })
}

export async function tableNames({ kysely }: Database): Promise<string[]> {
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = database() order by name`.execute(kysely)
  return tables.rows.map(({ name }) => name)
}

export const isOurs = (table: string): boolean => table.startsWith('trovets_')

/** Every table that is not ours, as it is declared, with every row. */
export async function trovesTables(database: Database): Promise<Record<string, { declared: string; rows: string[] }>> {
  const found: Record<string, { declared: string; rows: string[] }> = {}
  for (const table of (await tableNames(database)).filter(name => !isOurs(name))) {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(database.kysely)
    found[table] = {
      declared: await showCreateTable(database, table),
      rows: rows.map(row => JSON.stringify(row)).sort(),
    }
  }
  return found
}
