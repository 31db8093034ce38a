import { setTimeout } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { DatabaseAway, DatabaseBusy, Fault } from '../model/fault.ts'
import { noSuchFile } from '../model/file-problem.ts'
import { DuplicateRow } from '../ports/stores.ts'
import { parseDatabaseUrl } from './database-url.ts'
import type { ConnectOptions, DatabaseUrl, Dialect } from './dialects/dialect.ts'
import { attemptsMax, openReach } from './reach.ts'
import type { Tables } from './tables.ts'
import { readTls } from './tls.ts'

/** An open database and how it differs from the others. */
export type Database = Readonly<{
  kysely: Kysely<Tables>
  dialect: Dialect
  /** Where it is, without the password. */
  shown: string
  close(): Promise<void>
}>

/** Opens a database. Throws a Fault with a sentence when it cannot be reached or read. */
export async function openDatabase(connection: string, options: ConnectOptions): Promise<Database> {
  const { url, dialect } = parseDatabaseUrl(connection)
  const shown =
    dialect.name === 'sqlite' ? url.database : `${dialect.name}://${url.host ?? 'localhost'}/${url.database}`
  const connecting = { reach: openReach(shown, options), secure: readTls(url.tls) }
  let kysely: Kysely<Tables> | undefined
  try {
    kysely = await dialect.connect(url, options, connecting)
    await sql`select 1`.execute(kysely)
  } catch (cause) {
    await kysely?.destroy().catch(() => {})
    throw unreachable(shown, { dialect, url }, cause instanceof DatabaseAway ? cause.cause : cause)
  }
  const opened = kysely
  return { kysely, dialect, shown, close: () => opened.destroy() }
}

function unreachable(shown: string, { dialect, url }: { dialect: Dialect; url: DatabaseUrl }, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  const advice =
    dialect.name === 'sqlite'
      ? fileAdvice(why)
      : url.tls.use === 'always' && isAboutEncryption(why)
        ? 'What is asked of the encryption stands in [database] connection, in the words that begin with ssl; docs/reference/database-urls.md explains them.'
        : 'Check that the server runs and that [database] connection is right.'
  return new Fault(`The database ${shown} cannot be opened: ${why}. ${advice}`, { cause, status: 503 })
}

/** The words of TLS, in which both drivers repeat why a handshake failed. */
const isAboutEncryption = (why: string) => /certificate|altnames|\b(ssl|tls)\b|secure connection/i.test(why)

function fileAdvice(why: string): string {
  if (why === noSuchFile)
    return 'Run this in the folder where the server is started, or say where its data are with --data-dir or --config-file; `trove-manage db_sync` makes an empty database here.'
  if (why.startsWith('unable to open'))
    return 'Check that it is a file in a folder that exists, and that this user may read and write both.'
  return 'If the file is damaged, put a backup in its place, or move it away and run `trove-manage db_sync` for an empty one.'
}

/** Runs `work` in a transaction; again, with a growing pause, when the engine gave way to another writer. */
export async function inTransaction<T>(
  { kysely, dialect }: Pick<Database, 'kysely' | 'dialect'>,
  work: (transaction: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  let duplicates = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await kysely.transaction().execute(work)
    } catch (error) {
      // Somebody was quicker with the same row; if `work` looked for it, it finds it now.
      const wasOvertaken = error instanceof DuplicateRow && ++duplicates === 1
      if (
        attempt === attemptsMax ||
        !(wasOvertaken || dialect.isTransient(error instanceof DatabaseBusy ? error.cause : error))
      )
        throw error
      await setTimeout(Math.random() * 20 * 2 ** attempt)
    }
  }
}
