/**
 * This folder opens databases, runs transactions, and contains the stores that implement `src/ports/stores.ts`. Rules are not
 * here: operations load rows, decide with `src/rules/`, and save. All differences between engines are in `dialects/`; the
 * rest of this folder never checks which engine it uses. Trove's own tables get no other columns, since a real Trove may
 * work on the same database at the same time.
 */

import { setTimeout } from 'node:timers/promises'
import { type ControlledTransaction, type Kysely, sql } from 'kysely'
import { DatabaseAway, DatabaseBusy, Fault } from '../model/fault.ts'
import { noSuchFile } from '../model/file-problem.ts'
import { DuplicateRow } from '../ports/stores.ts'
import { parseDatabaseUrl } from './database-url.ts'
import type { ConnectOptions, DatabaseUrl, Dialect } from './dialects/dialect.ts'
import { attemptsMax, openReach } from './reach.ts'
import type { Tables } from './tables.ts'

/** An open database with its dialect. */
export type Database = Readonly<{
  kysely: Kysely<Tables>
  dialect: Dialect
  /** The location, without the password, for messages. */
  shown: string
  close(): Promise<void>
}>

/** Opens a database. Throws a Fault with a message for the operator when that fails. */
export async function openDatabase(connection: string, options: ConnectOptions): Promise<Database> {
  const { url, dialect } = parseDatabaseUrl(connection)
  const shown =
    dialect.name === 'sqlite' ? url.database : `${dialect.name}://${url.host ?? 'localhost'}/${url.database}`
  // Loading what reads certificates takes as long as a command on a local file.
  const secure = url.tls.use === 'never' ? {} : (await import('./read-tls.ts')).readTls(url.tls)
  const connecting = { reach: openReach(shown, options), secure }
  let kysely: Kysely<Tables> | undefined
  try {
    kysely = await dialect.connect(url, options, connecting)
    await sql`select 1`.execute(kysely)
  } catch (cause) {
    await kysely?.destroy().catch(() => {})
    throw unreachable(
      shown,
      { dialect, url, isSource: options.isSource === true },
      cause instanceof DatabaseAway ? cause.cause : cause,
    )
  }
  const opened = kysely
  return { kysely, dialect, shown, close: () => opened.destroy() }
}

function unreachable(
  shown: string,
  { dialect, url, isSource }: { dialect: Dialect; url: DatabaseUrl; isSource: boolean },
  cause: unknown,
): Fault {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  const advice =
    dialect.name === 'sqlite'
      ? (isSource ? sourceAdvice : fileAdvice)(why)
      : url.tls.use === 'always' && isAboutEncryption(why)
        ? 'Check the encryption options in [database] connection, whose names start with ssl; docs/reference/database-urls.md explains them.'
        : 'Check that the server runs and that [database] connection is right.'
  return new Fault(`The database ${shown} cannot be opened: ${why}. ${advice}`, { cause, status: 503 })
}

/** Both drivers use these words in their messages about failed TLS handshakes. */
const isAboutEncryption = (why: string) => /certificate|altnames|\b(ssl|tls)\b|secure connection/i.test(why)

const sourceAdvice = (why: string): string =>
  why === noSuchFile
    ? 'Specify the location of its data with --from-data-dir or --from-config-file.'
    : 'Check that this user can read the file. If it is damaged, restore a backup.'

function fileAdvice(why: string): string {
  if (why === noSuchFile)
    return 'Run this command in the folder where the server is started, or specify the location of its data with --data-dir or --config-file; `trove-manage db_sync` creates an empty database here.'
  if (why.startsWith('unable to open'))
    return 'Check that it is a file in an existing folder, and that this user can read and write both.'
  return 'If the file is damaged, restore a backup, or move the file away and run `trove-manage db_sync` to create an empty database.'
}

/** Runs `work` in a transaction. Repeats it, with growing pauses, when another writer caused a conflict. */
export async function inTransaction<T>(
  { kysely, dialect }: Pick<Database, 'kysely' | 'dialect'>,
  work: (transaction: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  let duplicates = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await kysely.transaction().execute(work)
    } catch (error) {
      // Another writer has inserted the same row. If `work` looks for it first, it finds the row the next time.
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

/** A transaction that sees one moment, and only reads. On SQLite, it has a connection of its own. */
export const openReading = ({ kysely }: Pick<Database, 'kysely'>): Promise<ControlledTransaction<Tables>> =>
  kysely.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute()
