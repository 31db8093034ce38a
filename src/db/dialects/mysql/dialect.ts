/**
 * The dialect of MySQL and MariaDB. `connect.ts` puts deadlines on connections and queries, and `tls.ts` reads the encryption
 * options of PyMySQL. These engines cannot roll back DDL, so each migration is a single statement.
 */

import { sql } from 'kysely'
import { type Dialect, errorCode } from '../dialect.ts'
import { tlsOf } from './tls.ts'

export const mysql: Dialect = {
  name: 'mysql',
  schemes: ['mysql', 'mariadb'],
  tlsOf,
  // Loaded late, since it takes a while, and no command on a local file needs it.
  connect: async (...asked) => (await import('./connect.ts')).connect(...asked),
  flag: value => (value ? 1 : 0),
  locksRows: true,
  exactly: column => sql<string>`binary convert(${sql.ref(column)} using utf8mb4)`,
  // With `=` and `between`, MariaDB reads everything with this value, and skips what is outside of the range.
  atPoint: (column, value) => sql`(${sql.ref(column)} >= ${value} and ${sql.ref(column)} <= ${value})`,
  ddlInTransaction: false,
  hasImplicitIndexes: true,
  inlineIndexes: true,
  types: { flag: 'tinyint(1)', datetime: 'datetime', text: 'text' },
  flagCheck: column => sql`check (${sql.ref(column)} in (0,1))`,
  async tableOptions(db) {
    const { rows } = await sql<{ name: string }>`select @@character_set_database as name`.execute(db)
    // With the character set of the database, a table of ours and one of Trove's can refer to each other.
    return rows[0]?.name.startsWith('utf8') ? '' : ' default character set utf8mb4'
  },
  async hasIndex(db, table, index) {
    const { rows } = await sql`
      select 1 from information_schema.statistics
      where table_schema = database() and table_name = ${table} and index_name = ${index} limit 1`.execute(db)
    return rows.length > 0
  },
  async tablesWithoutTransactions(db) {
    const { rows } = await sql<{ name: string; engine: string }>`
      select table_name as name, engine as engine from information_schema.tables
      where table_schema = database() and table_type = 'BASE TABLE' and engine in ('MyISAM', 'Aria', 'MEMORY', 'CSV')
      order by table_name`.execute(db)
    return rows.map(({ name, engine }) => ({ table: name, storageEngine: engine }))
  },
  isUniqueViolation: error => errorCode(error) === 'ER_DUP_ENTRY',
  isTransient: error => ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].includes(errorCode(error) ?? ''),
  async dropAllTables(db) {
    await db.connection().execute(async connection => {
      const tables = await sql<{ name: string }>`
        select table_name as name from information_schema.tables
        where table_schema = database() and table_type = 'BASE TABLE'`.execute(connection)
      await sql`set foreign_key_checks = 0`.execute(connection)
      for (const { name } of tables.rows) await sql`drop table if exists ${sql.table(name)}`.execute(connection)
      await sql`set foreign_key_checks = 1`.execute(connection)
    })
  },
}
