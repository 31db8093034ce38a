import { existsSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type SqliteStatement } from 'kysely'
import { noSuchFile } from '../../../model/file-problem.ts'
import { openFullDiskReport } from '../../reach.ts'
import type { Tables } from '../../tables.ts'
import type { ConnectOptions, DatabaseUrl } from '../dialect.ts'
import { busyTimeoutMs, type FileConnection, type OpenedFile, SqliteFileDriver } from './driver.ts'
import { isFull } from './errors.ts'

export async function connect(url: DatabaseUrl, options: ConnectOptions): Promise<Kysely<Tables>> {
  const file = await openFile(url.database, options)
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new FileAdapter(),
      createDriver: () => new SqliteFileDriver(file),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

async function openFile(path: string, { create, say }: ConnectOptions): Promise<OpenedFile> {
  const { DatabaseSync } = await import('node:sqlite')
  if (!create && path !== ':memory:' && !existsSync(path)) throw new Error(noSuchFile)
  const reportFullDisk = openFullDiskReport(path, say)
  const open = (readOnly: boolean) =>
    new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true, readOnly })
  const file = open(false)
  const mode = file.prepare('pragma journal_mode = wal').get() as { journal_mode: string }
  file.exec('pragma synchronous = full')
  const writer = asConnection(file, reportFullDisk)
  if (mode.journal_mode !== 'wal') return { writer, reader: writer, openReader: undefined }
  const openReader = () => asConnection(open(true), reportFullDisk)
  return { writer, reader: openReader(), openReader }
}

class FileAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }

  override get supportsMultipleConnections() {
    return true
  }
}

const statementsMax = 500

/** Caches prepared statements, since preparing one takes longer than running it. */
function asConnection(file: DatabaseSync, reportFullDisk: (cause: unknown) => Error): FileConnection {
  const statements = new Map<string, SqliteStatement>()
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
      all: parameters => reportingFullDisk(() => statement.all(...(parameters as SQLInputValue[]))),
      run: parameters => reportingFullDisk(() => statement.run(...(parameters as SQLInputValue[]))),
      iterate: parameters => statement.iterate(...(parameters as SQLInputValue[])),
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
