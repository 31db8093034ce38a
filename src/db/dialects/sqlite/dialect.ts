/**
 * The dialect of SQLite, on the driver that Node contains. There is one connection and one writer at a time, so transactions
 * take the write lock at the start and rows need no locks. Queries block the event loop; waiting for another process does not.
 */

import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely'
import { noSuchFile } from '../../../model/file-problem.ts'
import { openFullDiskReport } from '../../reach.ts'
import type { Tables } from '../../tables.ts'
import { noTls } from '../../tls.ts'
import { type ConnectOptions, type DatabaseUrl, type Dialect, errorCode } from '../dialect.ts'

export const sqlite: Dialect = {
  name: 'sqlite',
  schemes: ['sqlite'],
  tlsOf: () => noTls,
  connect,
  flag: value => (value ? 1 : 0),
  locksRows: false,
  exactly: column => sql<string>`${sql.ref(column)}`,
  ddlInTransaction: true,
  hasImplicitIndexes: false,
  inlineIndexes: false,
  types: { flag: 'boolean', datetime: 'datetime', text: 'text' },
  flagCheck: column => sql`check (${sql.ref(column)} in (0,1))`,
  isUniqueViolation: error => isSqliteError(error, /^UNIQUE constraint failed/),
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

const isSqliteError = (error: unknown, message: RegExp) =>
  errorCode(error) === 'ERR_SQLITE_ERROR' && error instanceof Error && message.test(error.message)

function isBusy(error: unknown) {
  return isSqliteError(error, /^database is locked/)
}

/** SQLITE_FULL, or one of the SQLITE_IOERR codes for a file beside the database that cannot grow. */
function isFull(error: unknown): boolean {
  const { errcode } = error as { errcode?: number }
  return errorCode(error) === 'ERR_SQLITE_ERROR' && (errcode === 13 || growthFailures.includes(errcode ?? 0))
}

/** SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE and _SHMOPEN. */
const growthFailures = [778, 1034, 1546, 4874, 4618]

async function connect(url: DatabaseUrl, { create, say }: ConnectOptions): Promise<Kysely<Tables>> {
  const { DatabaseSync } = await import('node:sqlite')
  if (!create && url.database !== ':memory:' && !existsSync(url.database)) throw new Error(noSuchFile)
  const file = new DatabaseSync(url.database, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  file.exec('pragma journal_mode = wal; pragma synchronous = full')
  return new Kysely<Tables>({
    dialect: new NodeSqliteDialect({ database: asKyselyDatabase(file, openFullDiskReport(url.database, say)) }),
  })
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver() {
    return new ImmediateDriver(this.#config)
  }

  override createAdapter() {
    return new TransactionalAdapter()
  }
}

/** How long a single statement waits for another process. SQLite blocks this whole process while it waits. */
const busyTimeoutMs = 1000

class ImmediateDriver extends SqliteDriver {
  /** When the disk is full, SQLite has already rolled back. The error about that must not hide the original one. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!isSqliteError(error, /no transaction is active/)) throw error
    }
  }

  /**
   * Takes the write lock at the start: a transaction that reads first and then does not get the lock would have to be
   * repeated. Waits for other processes without blocking the event loop.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text))
    const giveUpAtMs = performance.now() + 20_000
    await run('pragma busy_timeout = 0')
    try {
      for (;;) {
        try {
          await run('begin immediate')
          return
        } catch (error) {
          if (!isBusy(error) || performance.now() > giveUpAtMs) throw error
          await setTimeout(2 + Math.random() * 20)
        }
      }
    } finally {
      await run(`pragma busy_timeout = ${busyTimeoutMs}`)
    }
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}

/** Adapts node:sqlite to Kysely's dialect. Caches prepared statements, since preparing one takes longer than running it. */
function asKyselyDatabase(
  file: import('node:sqlite').DatabaseSync,
  reportFullDisk: (cause: unknown) => Error,
): SqliteDatabase {
  type Input = import('node:sqlite').SQLInputValue
  const statements = new Map<string, SqliteStatement>()
  const statementsMax = 500
  const reportingFullDisk = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw isFull(error) ? reportFullDisk(error) : error
    }
  }
  const prepare = (text: string): SqliteStatement => {
    const statement = file.prepare(text)
    return {
      reader: statement.columns().length > 0,
      all: parameters => reportingFullDisk(() => statement.all(...(parameters as Input[]))),
      run: parameters => reportingFullDisk(() => statement.run(...(parameters as Input[]))),
      iterate: parameters => statement.iterate(...(parameters as Input[])),
    }
  }
  return {
    close: () => file.close(),
    prepare(text) {
      const cached = statements.get(text)
      if (cached) return cached
      if (statements.size >= statementsMax) statements.clear()
      const statement = prepare(text)
      // Do not cache DDL: after a schema change, SQLite would silently prepare it again.
      if (/^\s*(select|insert|update|delete)\b/i.test(text)) statements.set(text, statement)
      return statement
    },
  }
}
