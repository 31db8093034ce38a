import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Tables } from '../../tables.ts'
import { type ConnectOptions, type DatabaseUrl, type Dialect, errorCode } from '../dialect.ts'

export const postgresql: Dialect = {
  name: 'postgresql',
  schemes: ['postgresql', 'postgres'],
  connect,
  flag: value => value,
  locksRows: true,
  lockTable: table => sql`lock table ${sql.table(table)} in share row exclusive mode`,
  exactly: column => sql<string>`${sql.ref(column)}`,
  ddlInTransaction: true,
  inlineIndexes: false,
  types: { flag: 'boolean', datetime: 'timestamp(0) without time zone', text: 'text' },
  flagCheck: () => undefined,
  isUniqueViolation: error => errorCode(error) === '23505',
  // serialization_failure, deadlock_detected, lock_not_available
  isTransient: error => ['40001', '40P01', '55P03'].includes(errorCode(error) ?? ''),
  async dropAllTables(db) {
    const tables = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema()`.execute(db)
    for (const { name } of tables.rows) await sql`drop table if exists ${sql.table(name)} cascade`.execute(db)
  },
}

const timestampOid = 1114

async function connect(url: DatabaseUrl, options: ConnectOptions): Promise<Kysely<Tables>> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    host: url.query.host ?? url.host ?? '127.0.0.1',
    port: url.port ?? 5432,
    user: url.user,
    password: url.password,
    database: url.database,
    max: options.poolSizeMax,
    connectionTimeoutMillis: 10_000,
    // Datetimes stay text: the driver would read a naive timestamp in the zone of this process.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === timestampOid ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
    },
  })
  // An idle connection that the server ends is not an event: the pool opens another one when it is needed.
  pool.on('error', () => {})
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
