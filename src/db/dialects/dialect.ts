import type { SecureContextOptions } from 'node:tls'
import type { Kysely, QueryExecutorProvider, RawBuilder } from 'kysely'
import type { Reach } from '../reach.ts'
import type { Flag, Tables } from '../tables.ts'
import type { Tls } from '../tls.ts'

/** The parts of a SQLAlchemy URL: `mysql+pymysql://user:pass@host:3306/trove?charset=utf8`. */
export type DatabaseUrl = Readonly<{
  scheme: string
  user: string | undefined
  password: string | undefined
  host: string | undefined
  port: number | undefined
  /** A database's name, or SQLite's file. */
  database: string
  query: Readonly<Record<string, string>>
  tls: Tls
}>

/** What a connection to a server is made with, beside the URL. */
export type Connecting = Readonly<{
  /** Watches over everything that is asked of the server. */
  reach: Reach
  /** The files that the URL names, read. */
  secure: SecureContextOptions
}>

export type ConnectOptions = Readonly<{
  /** Connections at most, where there can be more than one. */
  poolSizeMax: number
  /** Whether a database that is a file may be made when it is not there. */
  create: boolean
  /** How long a server may take to answer a query; as long as it likes when left out. */
  answerMs?: number
  /** Told once when the server gets out of reach, and once when it is back. */
  say?: (sentence: string) => void
}>

/**
 * Everything in which the engines differ. The rest of `db/` asks these flags and never which engine it is on.
 * MySQL and MariaDB are one dialect.
 */
export type Dialect = Readonly<{
  name: string
  /** SQLAlchemy schemes, without the `+driver`. */
  schemes: readonly string[]
  /**
   * What a URL's query asks of encryption; whether it names a socket of this machine, only the dialect knows. Throws an
   * Error with a sentence without its end.
   */
  tlsOf(query: DatabaseUrl['query']): Tls
  connect(url: DatabaseUrl, options: ConnectOptions, connecting: Connecting): Promise<Kysely<Tables>>
  flag(value: boolean): Flag
  /** False where a transaction that writes already excludes every other writer. */
  locksRows: boolean
  /** Holds a whole table against other writers who ask the same; undefined as above. */
  lockTable(table: string): RawBuilder<unknown> | undefined
  /** A column compared and grouped by exact code point, whatever its collation folds. */
  exactly(column: string): RawBuilder<string>
  /** Whether DDL is undone with its transaction. Where not, each migration is one statement that may be repeated. */
  ddlInTransaction: boolean
  /** Whether a table's plain indexes are part of CREATE TABLE. */
  inlineIndexes: boolean
  types: Readonly<{ flag: string; datetime: string; text: string }>
  /** The CHECK that Trove's flags carry, where the flag is a number. */
  flagCheck(column: string): RawBuilder<unknown> | undefined
  /** What CREATE TABLE ends with, so that a table can hold every text, whatever the defaults of the database are. */
  tableOptions?(db: QueryExecutorProvider): Promise<string>
  /** The tables that have no transactions, with the reason, where an engine can have such tables. */
  tablesWithoutTransactions?(db: Kysely<Tables>): Promise<readonly { table: string; storageEngine: string }[]>
  isUniqueViolation(error: unknown): boolean
  /** The engine gave way to another writer; the transaction may be run again. */
  isTransient(error: unknown): boolean
  /** Drops every table in the database. */
  dropAllTables(db: Kysely<Tables>): Promise<void>
}>

/** The `code` that every driver puts on its errors. */
export const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
