import { Kysely, MysqlDialect, sql } from 'kysely'
import type { Tables } from '../../tables.ts'
import { type ConnectOptions, type DatabaseUrl, type Dialect, errorCode } from '../dialect.ts'

export const mysql: Dialect = {
  name: 'mysql',
  schemes: ['mysql', 'mariadb'],
  connect,
  flag: value => (value ? 1 : 0),
  locksRows: true,
  lockTable: table => sql`select id from ${sql.table(table)} for update`,
  exactly: column => sql<string>`binary convert(${sql.ref(column)} using utf8mb4)`,
  ddlInTransaction: false,
  inlineIndexes: true,
  types: { flag: 'tinyint(1)', datetime: 'datetime', text: 'text' },
  flagCheck: column => sql`check (${sql.ref(column)} in (0,1))`,
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

async function connect(url: DatabaseUrl, options: ConnectOptions): Promise<Kysely<Tables>> {
  const { createPool } = await import('mysql2')
  const pool = createPool({
    host: url.host ?? '127.0.0.1',
    port: url.port ?? 3306,
    user: url.user,
    password: url.password,
    database: url.database,
    ...(url.query.unix_socket ? { socketPath: url.query.unix_socket } : {}),
    connectionLimit: options.poolSizeMax,
    connectTimeout: 10_000,
    charset: 'utf8mb4',
    // Datetimes stay text and no session zone can shift them: they are naive UTC on both sides.
    dateStrings: true,
    timezone: 'Z',
  })
  return new Kysely<Tables>({
    dialect: new MysqlDialect({
      pool,
      // A value that does not fit is an error and never cut short, whatever the server's default is.
      onCreateConnection: async connection => {
        await connection.executeQuery(sql`set session sql_mode = 'TRADITIONAL'`.compile(compiler))
        // As on PostgreSQL: once a lock is granted, a read sees what its last holder wrote, whatever was read before.
        await connection.executeQuery(sql`set session transaction isolation level read committed`.compile(compiler))
      },
    }),
  })
}

const compiler = new Kysely<Tables>({
  dialect: new MysqlDialect({ pool: async () => Promise.reject(new Error('compiles only')) }),
})
