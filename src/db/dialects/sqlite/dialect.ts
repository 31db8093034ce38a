/**
 * The dialect of SQLite, on the driver that Node contains. `driver.ts` has one writer at a time, so transactions take the
 * write lock at the start and rows need no locks. Statements block the event loop; waiting for another process does not.
 */

import { sql } from 'kysely'
import { noTls } from '../../tls.ts'
import type { Dialect } from '../dialect.ts'
import { connect } from './connect.ts'
import { isBusy, isUniqueViolation } from './errors.ts'

export const sqlite: Dialect = {
  name: 'sqlite',
  schemes: ['sqlite'],
  tlsOf: () => noTls,
  connect,
  flag: value => (value ? 1 : 0),
  locksRows: false,
  exactly: column => sql<string>`${sql.ref(column)}`,
  atPoint: (column, value) => sql`${sql.ref(column)} = ${value}`,
  ddlInTransaction: true,
  hasImplicitIndexes: false,
  inlineIndexes: false,
  types: { flag: 'boolean', datetime: 'datetime', text: 'text' },
  flagCheck: column => sql`check (${sql.ref(column)} in (0,1))`,
  isUniqueViolation,
  isTransient: isBusy,
  async changeStamp(db) {
    // The first counts the commits of other connections, the second the rows that this one has changed.
    const { rows } = await sql<{ stamp: string }>`
      select (select data_version from pragma_data_version) || ' ' || total_changes() as stamp`.execute(db)
    return rows[0]!.stamp
  },
  async dropAllTables(db) {
    await sql`pragma foreign_keys = off`.execute(db)
    const tables = await sql<{ name: string }>`
      select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(db)
    await db.transaction().execute(async transaction => {
      for (const { name } of tables.rows) await sql`drop table if exists ${sql.table(name)}`.execute(transaction)
    })
    await sql`pragma foreign_keys = on`.execute(db)
  },
}
