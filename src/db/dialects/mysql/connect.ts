import { createConnection, isIP, type Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { Kysely, MysqlDialect, type MysqlPool, type MysqlPoolConnection, type MysqlQueryResult } from 'kysely'
import type { Pool, PoolConnection, PoolOptions } from 'mysql2'
import { closeWithin, type Reach } from '../../reach.ts'
import type { Tables } from '../../tables.ts'
import { type Connecting, type ConnectOptions, type DatabaseUrl, errorCode } from '../dialect.ts'

export async function connect(
  url: DatabaseUrl,
  options: ConnectOptions,
  { reach, secure }: Connecting,
): Promise<Kysely<Tables>> {
  const { createPool } = await import('mysql2')
  const [host, port] = [url.host ?? '127.0.0.1', url.port ?? 3306]
  const settings: PoolOptions = {
    host,
    port,
    ...(url.tls.use === 'always' ? encrypted(url, secure, { host, port }) : {}),
    ...(url.user === undefined ? {} : { user: url.user }),
    ...(url.password === undefined ? {} : { password: url.password }),
    database: url.database,
    ...(url.query.unix_socket ? { socketPath: url.query.unix_socket } : {}),
    connectionLimit: options.poolSizeMax,
    connectTimeout: reach.connectMs,
    // Who gave up waiting stays in the driver's queue until a connection is free; that must have an end when none ever is.
    queueLimit: 10_000,
    charset: 'utf8mb4',
    // Datetimes stay text and no session zone can shift them: they are naive UTC on both sides.
    dateStrings: true,
    timezone: 'Z',
  }
  return new Kysely<Tables>({
    dialect: new MysqlDialect({ pool: watchedPool(createPool(settings), options.poolSizeMax, reach) }),
  })
}

function encrypted({ tls, query }: DatabaseUrl, secure: SecureContextOptions, at: { host: string; port: number }) {
  const ssl = {
    ...secure,
    rejectUnauthorized: tls.verify !== 'nothing',
    verifyIdentity: tls.verify === 'identity',
  } as NonNullable<PoolOptions['ssl']>
  if (tls.verify !== 'identity' || isIP(at.host) === 0 || query.unix_socket) return { ssl }
  // The driver hands only names on to be checked, and Node then takes what the socket is connected to: it would check an
  // address as `localhost`, were it not told.
  const stream = () => {
    const socket = createConnection({ ...at, noDelay: true, keepAlive: true })
    return Object.assign(socket, { _host: at.host })
  }
  return { ssl, stream }
}

/** What a session begins with. */
function firstWords({ lockMs }: Reach): string[] {
  // In whole seconds, and one at least.
  const seconds = lockMs && Math.max(1, Math.floor(lockMs / 1000))
  return [
    // A value that does not fit is an error and never cut short, whatever the server's default is.
    "set session sql_mode = 'TRADITIONAL'",
    // Tables without transactions would keep half of a change. This is also for the tables of the migration library.
    'set session default_storage_engine = InnoDB',
    // As on PostgreSQL: once a lock is granted, a read sees what its last holder wrote, whatever was read before.
    'set session transaction isolation level read committed',
    // For rows, and for tables that somebody alters.
    ...(seconds ? [`set session innodb_lock_wait_timeout = ${seconds}, session lock_wait_timeout = ${seconds}`] : []),
  ]
}

/** The pool, with a deadline for each connection and each query. */
function watchedPool(pool: Pool, poolSizeMax: number, reach: Reach): MysqlPool {
  const watched = new WeakMap<PoolConnection, MysqlPoolConnection>()
  const sockets = new Set<Socket>()
  const lent = new Set<PoolConnection>()
  const givenUp = new WeakSet<PoolConnection>()
  const acquire = async () => {
    const connection = await reach.connected(() => taken(pool), {
      giveBack: connection => connection.release(),
      areAllInUse: () => lent.size >= poolSizeMax,
    })
    lent.add(connection)
    const known = watched.get(connection)
    if (known) return known
    // Whoever waits for an answer is told when the connection breaks; nobody else needs to hear of it.
    connection.on('error', () => {})
    keepWhileOpen(sockets, socketOf(connection))
    const ask = watchedQuery(connection, reach, () => givenUp.add(connection))
    try {
      for (const words of firstWords(reach)) await ask(words, [])
    } catch (error) {
      lent.delete(connection)
      dropped(connection)
      throw error
    }
    const made = {
      config: connection.config,
      threadId: connection.threadId!,
      connect: () => {},
      destroy: () => {
        lent.delete(connection)
        connection.destroy()
      },
      release: () => {
        lent.delete(connection)
        if (givenUp.has(connection)) dropped(connection)
        else connection.release()
      },
      query(sql: string, parameters: unknown[], done: (error: unknown, result: MysqlQueryResult) => void) {
        ask(sql, parameters).then(
          result => done(undefined, result),
          error => done(error, []),
        )
      },
    } as unknown as MysqlPoolConnection
    watched.set(connection, made)
    return made
  }
  return {
    getConnection(done) {
      acquire().then(
        connection => done(undefined, connection),
        error => done(error, undefined as never),
      )
    },
    end(done) {
      closeWithin(() => new Promise<unknown>(resolve => pool.end(resolve)), sockets).then(() => done(undefined), done)
    },
  }
}

function keepWhileOpen(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

function taken(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) =>
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection))),
  )
}

function watchedQuery(connection: PoolConnection, reach: Reach, giveUpLater: () => void) {
  return (sql: string, parameters: unknown[]) =>
    reach.answered(
      () =>
        new Promise<MysqlQueryResult>((resolve, reject) =>
          connection.query(sql, parameters, (error, result) =>
            error ? reject(error) : resolve(result as unknown as MysqlQueryResult),
          ),
        ),
      { isAway, isLocked, isReadOnly, isFull, giveUpLater, giveUp: () => dropped(connection) },
    )
}

const socketOf = (connection: PoolConnection) => (connection as unknown as { stream: Socket }).stream

/** Out of the pool, without a goodbye that nobody might answer. */
function dropped(connection: PoolConnection): void {
  connection.destroy()
  socketOf(connection).destroy()
}

/** What a server says that has no time for us: it stops, it is full, its cluster is not ready, somebody ended us. */
const notNow = [
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_UNKNOWN_COM_ERROR',
  'ER_QUERY_INTERRUPTED',
  'ER_CONNECTION_KILLED',
]

const isLocked = (error: unknown) => errorCode(error) === 'ER_LOCK_WAIT_TIMEOUT'

/** --read-only and --super-read-only, whose code other options share; a session, and an InnoDB, that only read. */
const isReadOnly = (error: unknown) =>
  ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'ER_READ_ONLY_MODE'].includes(errorCode(error) ?? '') ||
  (errorCode(error) === 'ER_OPTION_PREVENTS_STATEMENT' && /read-only/.test(String(error)))

/** 28 is the number of "no space left" of the system, which some storage engines hand on. */
const isFull = (error: unknown) =>
  ['ER_DISK_FULL', 'ER_RECORD_FILE_FULL'].includes(errorCode(error) ?? '') ||
  (['ER_GET_ERRNO', 'ER_ERROR_ON_WRITE', 'EE_WRITE'].includes(errorCode(error) ?? '') && /\b28\b/.test(String(error)))

/** Whether a query failed for want of a server. What a server says has an SQLSTATE; the rest is the connection's. */
function isAway(error: unknown): boolean {
  if (notNow.includes(errorCode(error) ?? '')) return true
  const { sqlState, fatal } = error as { sqlState?: unknown; fatal?: unknown }
  return sqlState === undefined && (fatal === true || /^(E[A-Z]+|PROTOCOL_.*)$/.test(errorCode(error) ?? ''))
}
