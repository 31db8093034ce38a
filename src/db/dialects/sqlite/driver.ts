import { setTimeout } from 'node:timers/promises'
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
  TransactionSettings as Settings,
  SqliteStatement,
} from 'kysely'
import { openGiveWay } from '../../../turn/give-way.ts'
import { isBusy, isNoTransaction } from './errors.ts'

/** A connection to the file. */
export type FileConnection = Readonly<{ prepare(text: string): SqliteStatement; close(): void }>

/** Opens connections to a file: with write-ahead logging, readers and a writer do not wait for each other. */
export type OpenedFile = Readonly<{
  writer: FileConnection
  /** Only reads; the same as the writer where the file has no write-ahead log. */
  reader: FileConnection
  /** Opens one that only reads, for a transaction that sees one moment; undefined where `reader` is the writer. */
  openReader: (() => FileConnection) | undefined
}>

/** How long a single statement waits for another process. SQLite blocks this whole process while it waits. */
export const busyTimeoutMs = 1000

/** Reading the clock takes longer than reading a row. */
const rowsBetweenLooks = 32

/**
 * One writer at a time, and statements that read outside of a transaction do not wait for it. Statements block the event
 * loop, so a transaction lets other requests run in between, and one that only reads also in the middle of the rows.
 */
export class SqliteFileDriver implements Driver {
  readonly #file: OpenedFile
  readonly #turns = openTurns()

  constructor(file: OpenedFile) {
    this.#file = file
  }

  async init() {}

  async acquireConnection(): Promise<Session> {
    return new Session(this.#file, this.#turns)
  }

  beginTransaction(session: Session, settings: Settings): Promise<void> {
    const { openReader } = this.#file
    return settings.accessMode === 'read only' && openReader ? session.beginReading(openReader) : session.beginWriting()
  }

  commitTransaction(session: Session): Promise<void> {
    return session.end('commit')
  }

  /** When the disk is full, SQLite has already rolled back. The error about that must not hide the original one. */
  async rollbackTransaction(session: Session): Promise<void> {
    try {
      await session.end('rollback')
    } catch (error) {
      if (!isNoTransaction(error)) throw error
    } finally {
      session.release()
    }
  }

  async releaseConnection(session: Session): Promise<void> {
    session.release()
  }

  /** The writer is the last to close: it removes the write-ahead log, which a connection that only reads cannot. */
  async destroy(): Promise<void> {
    const { reader, writer } = this.#file
    if (reader !== writer) reader.close()
    writer.close()
  }
}

/** What a caller of the driver has meanwhile: nothing, the writer, or a connection of its own that only reads. */
class Session implements DatabaseConnection {
  readonly #file: OpenedFile
  readonly #turns: Turns
  #endTurn: (() => void) | undefined
  #ownReader: FileConnection | undefined
  #giveWay = openGiveWay()

  constructor(file: OpenedFile, turns: Turns) {
    this.#file = file
    this.#turns = turns
  }

  /**
   * Takes the write lock at the start: a transaction that reads first and then does not get the lock would have to be
   * repeated. Waits for other processes without blocking the event loop.
   */
  async beginWriting(): Promise<void> {
    this.#endTurn = await this.#turns()
    this.#giveWay = openGiveWay()
    try {
      await beginImmediate(this.#file.writer)
    } catch (error) {
      this.release()
      throw error
    }
  }

  async beginReading(openReader: () => FileConnection): Promise<void> {
    this.#ownReader = openReader()
    run(this.#ownReader, 'begin')
  }

  async end(word: 'commit' | 'rollback'): Promise<void> {
    run(this.#ownReader ?? this.#file.writer, word)
    this.release()
  }

  release(): void {
    this.#ownReader?.close()
    this.#ownReader = undefined
    this.#endTurn?.()
    this.#endTurn = undefined
  }

  async executeQuery<Row>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#ownReader) return this.#readSlowly(this.#ownReader.prepare(text), parameters)
    const { reader, writer } = this.#file
    if (this.#endTurn) {
      await this.#giveWay()
      return execute(writer.prepare(text), parameters)
    }
    if (/^\s*(select|explain)\b/i.test(text) && reader !== writer) return execute(reader.prepare(text), parameters)
    const endTurn = await this.#turns()
    try {
      return execute(writer.prepare(text), parameters)
    } finally {
      endTurn()
    }
  }

  async #readSlowly<Row>(statement: SqliteStatement, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    const rows: Row[] = []
    await this.#giveWay()
    for (const row of statement.iterate(parameters)) {
      rows.push(row as Row)
      if (rows.length % rowsBetweenLooks === 0) await this.#giveWay()
    }
    return { rows }
  }

  // biome-ignore lint/correctness/useYield: the stores read whole pages
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('rows are not streamed')
  }
}

function execute<Row>(statement: SqliteStatement, parameters: readonly unknown[]): QueryResult<Row> {
  if (statement.reader) return { rows: statement.all(parameters) as Row[] }
  const { changes, lastInsertRowid } = statement.run(parameters)
  return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
}

const run = (connection: FileConnection, text: string) => execute(connection.prepare(text), [])

async function beginImmediate(writer: FileConnection): Promise<void> {
  const giveUpAtMs = performance.now() + 20_000
  run(writer, 'pragma busy_timeout = 0')
  try {
    for (;;) {
      try {
        run(writer, 'begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUpAtMs) throw error
        await setTimeout(2 + Math.random() * 20)
      }
    }
  } finally {
    run(writer, `pragma busy_timeout = ${busyTimeoutMs}`)
  }
}

/** Waits for all who came before, and returns how to end the own turn. */
type Turns = () => Promise<() => void>

function openTurns(): Turns {
  let last: Promise<void> | undefined
  return async () => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return () => {
      if (last === promise) last = undefined
      resolve()
    }
  }
}
