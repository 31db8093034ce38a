/**
 * This folder contains everything in which the database engines differ: connecting, encryption, SQL types, locks and error
 * codes. Queries are not here, but in `src/db/stores/`, once for all engines. MySQL and MariaDB share one dialect.
 */

import type { SecureContextOptions } from 'node:tls'
import type { Kysely, QueryExecutorProvider, RawBuilder, SqlBool } from 'kysely'
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

/** Further inputs for a connection to a server, besides the URL. */
export type Connecting = Readonly<{
  /** The deadlines of the connection. */
  reach: Reach
  /** The content of the files that the URL names. */
  secure: SecureContextOptions
}>

export type ConnectOptions = Readonly<{
  /** The largest number of connections, for engines that allow several. */
  poolSizeMax: number
  /** True to create a missing database file. */
  create: boolean
  /** True if it is only copied to another database: then an empty one would be of no use. */
  isSource?: boolean
  /** How long a server may take to answer a query (default: no limit). */
  answerMs?: number
  /** Called once when the server becomes unreachable, and once when it is back. */
  say?: (sentence: string) => void
}>

/** A new engine needs a folder here and a line in `index.ts`. */
export type Dialect = Readonly<{
  name: string
  /** SQLAlchemy schemes, without the `+driver`. */
  schemes: readonly string[]
  /**
   * Reads the encryption options of a URL. Each dialect has its own, and its own way to name a socket of this machine.
   * Throws an Error whose message has no full stop.
   */
  tlsOf(query: DatabaseUrl['query']): Tls
  connect(url: DatabaseUrl, options: ConnectOptions, connecting: Connecting): Promise<Kysely<Tables>>
  flag(value: boolean): Flag
  /** False if a writing transaction excludes every other writer anyway. */
  locksRows: boolean
  /** Compares and groups a column by exact code points, whatever its collation. */
  exactly(column: string): RawBuilder<string>
  /**
   * Compares a column of an index with a value, so that a range of the columns after it is read from the index alone. What it
   * reads must be ordered by all of these columns.
   */
  atPoint(column: string, value: unknown): RawBuilder<SqlBool>
  /** True if a rollback undoes DDL. If not, each migration is a single statement that can be repeated. */
  ddlInTransaction: boolean
  /** True if every foreign key has an index, and every index ends with the primary key. */
  hasImplicitIndexes: boolean
  /** True if plain indexes are part of CREATE TABLE. */
  inlineIndexes: boolean
  types: Readonly<{ flag: string; datetime: string; text: string }>
  /** The CHECK constraint of Trove's flags, if a flag is a number. */
  flagCheck(column: string): RawBuilder<unknown> | undefined
  /** Whether a table has an index of this name, for engines whose CREATE INDEX has no "if not exists". */
  hasIndex?(db: QueryExecutorProvider, table: string, index: string): Promise<boolean>
  /** What CREATE TABLE ends with, so that a table can hold every text, whatever the defaults of the database are. */
  tableOptions?(db: QueryExecutorProvider): Promise<string>
  /** The tables that have no transactions, with the reason, where an engine can have such tables. */
  tablesWithoutTransactions?(db: Kysely<Tables>): Promise<readonly { table: string; storageEngine: string }[]>
  /**
   * Returns a text that is another one after every committed change, by any connection; missing for engines that have none.
   * It must not be equal by chance, or because it is late: answers are remembered by it.
   */
  changeStamp?(db: Kysely<Tables>): Promise<string>
  isUniqueViolation(error: unknown): boolean
  /** True for conflicts with another writer, after which the transaction can be repeated. */
  isTransient(error: unknown): boolean
  /** Drops every table in the database. */
  dropAllTables(db: Kysely<Tables>): Promise<void>
}>

/** The `code` property, which the errors of every driver have. */
export const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
