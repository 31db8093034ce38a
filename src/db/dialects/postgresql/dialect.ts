/**
 * The dialect of PostgreSQL. `connect.ts` puts deadlines on connections and queries, and `tls.ts` reads the encryption options
 * of libpq. By default, libpq tries encryption and then goes on without it, for which `two-way-client.ts` extends the driver.
 */

import { sql } from 'kysely'
import { type Dialect, errorCode } from '../dialect.ts'
import { tlsOf } from './tls.ts'

export const postgresql: Dialect = {
  name: 'postgresql',
  schemes: ['postgresql', 'postgres'],
  tlsOf,
  // Loaded late, since it takes a while, and no command on a local file needs it.
  connect: async (...asked) => (await import('./connect.ts')).connect(...asked),
  flag: value => value,
  locksRows: true,
  exactly: column => sql<string>`${sql.ref(column)}`,
  atPoint: (column, value) => sql`${sql.ref(column)} = ${value}`,
  ddlInTransaction: true,
  hasImplicitIndexes: false,
  inlineIndexes: false,
  types: { flag: 'boolean', datetime: 'timestamp(0) without time zone', text: 'text' },
  flagCheck: () => undefined,
  isUniqueViolation: error => errorCode(error) === '23505',
  // serialization_failure, deadlock_detected, lock_not_available
  isTransient: error => ['40001', '40P01', '55P03'].includes(errorCode(error) ?? ''),
  async changeStamp(db) {
    // The transactions whose changes a query sees: those before the first id, and those before the second one that are not
    // in the list. A transaction that becomes visible leaves the list or moves the second id.
    // After a failover or a restored backup, ids of lost transactions are used again, but on a server that started later.
    // On a standby, the list is empty, and a commit can change none of it; so there, no stamp is equal to another.
    const { rows } = await sql<{ stamp: string }>`
      select concat_ws(' ', txid_current_snapshot(), extract(epoch from pg_postmaster_start_time()),
        case when pg_is_in_recovery() then random() end) as stamp`.execute(db)
    return rows[0]!.stamp
  },
  async dropAllTables(db) {
    const tables = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema()`.execute(db)
    for (const { name } of tables.rows) await sql`drop table if exists ${sql.table(name)} cascade`.execute(db)
  },
}
