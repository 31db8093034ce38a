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
    // Callers that gave up waiting stay in the driver's queue until a connection is free. Limit the queue in case none is.
    queueLimit: 10_000,
    charset: 'utf8mb4',
    // Keep datetimes as text, so that no session time zone can shift them: they are naive UTC on both sides.
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
  // The driver passes only host names on for the check. For an IP address, Node would check the name `localhost` unless the
  // socket has the address as its host.
  const stream = () => {
    const socket = createConnection({ ...at, noDelay: true, keepAlive: true })
    return Object.assign(socket, { _host: at.host })
  }
  return { ssl, stream }
}

/** The statements at the start of each session. */
function sessionStatements({ lockMs }: Reach): string[] {
  // MariaDB takes whole seconds, at least one.
  const seconds = lockMs && Math.max(1, Math.floor(lockMs / 1000))
  return [
    // Values that are too long must be an error and never be truncated, whatever the server's default is.
    "set session sql_mode = 'TRADITIONAL'",
    // Tables without transactions would keep half of a change. This is also for the tables of the migration library.
    'set session default_storage_engine = InnoDB',
    // As on PostgreSQL: after a lock was granted, reads see what its previous holder wrote.
    'set session transaction isolation level read committed',
    // The first is for row locks, the second for tables that are being altered.
    ...(seconds ? [`set session innodb_lock_wait_timeout = ${seconds}, session lock_wait_timeout = ${seconds}`] : []),
  ]
}

/** Wraps the pool so that each connection and each query has a deadline. */
function watchedPool(pool: Pool, poolSizeMax: number, reach: Reach): MysqlPool {
  const wrappers = new WeakMap<PoolConnection, MysqlPoolConnection>()
  const sockets = new Set<Socket>()
  const inUse = new Set<PoolConnection>()
  const toClose = new WeakSet<PoolConnection>()
  const acquire = async () => {
    const connection = await reach.connected(() => connectionOf(pool), {
      giveBack: connection => connection.release(),
      areAllInUse: () => inUse.size >= poolSizeMax,
    })
    inUse.add(connection)
    const existing = wrappers.get(connection)
    if (existing) return existing
    // The running query receives the error when the connection breaks. Without a query, nothing has to be done.
    connection.on('error', () => {})
    keepWhileOpen(sockets, socketOf(connection))
    const ask = watchedQuery(connection, reach, () => toClose.add(connection))
    try {
      for (const statement of sessionStatements(reach)) await ask(statement, [])
    } catch (error) {
      inUse.delete(connection)
      closeNow(connection)
      throw error
    }
    const wrapper = {
      config: connection.config,
      threadId: connection.threadId!,
      connect: () => {},
      destroy: () => {
        inUse.delete(connection)
        connection.destroy()
      },
      release: () => {
        inUse.delete(connection)
        if (toClose.has(connection)) closeNow(connection)
        else connection.release()
      },
      query(sql: string, parameters: unknown[], done: (error: unknown, result: MysqlQueryResult) => void) {
        ask(sql, parameters).then(
          result => done(undefined, result),
          error => done(error, []),
        )
      },
    } as unknown as MysqlPoolConnection
    wrappers.set(connection, wrapper)
    return wrapper
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

function connectionOf(pool: Pool): Promise<PoolConnection> {
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
      { isAway, isLocked, isReadOnly, isFull, giveUpLater, giveUp: () => closeNow(connection) },
    )
}

const socketOf = (connection: PoolConnection) => (connection as unknown as { stream: Socket }).stream

/** Removes the connection from the pool and cuts it, without the protocol's goodbye, which a hanging server would not answer. */
function closeNow(connection: PoolConnection): void {
  connection.destroy()
  socketOf(connection).destroy()
}

/** The server is stopping, has too many connections, its cluster is not ready, or it ended this query or connection. */
const temporaryErrors = [
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_UNKNOWN_COM_ERROR',
  'ER_QUERY_INTERRUPTED',
  'ER_CONNECTION_KILLED',
]

const isLocked = (error: unknown) => errorCode(error) === 'ER_LOCK_WAIT_TIMEOUT'

/** A read-only session or InnoDB, or a server with --read-only or --super-read-only, whose error code other options share. */
const isReadOnly = (error: unknown) =>
  ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'ER_READ_ONLY_MODE'].includes(errorCode(error) ?? '') ||
  (errorCode(error) === 'ER_OPTION_PREVENTS_STATEMENT' && /read-only/.test(String(error)))

/** 28 is the operating system's error number for "no space left", which some storage engines pass on. */
const isFull = (error: unknown) =>
  ['ER_DISK_FULL', 'ER_RECORD_FILE_FULL'].includes(errorCode(error) ?? '') ||
  (['ER_GET_ERRNO', 'ER_ERROR_ON_WRITE', 'EE_WRITE'].includes(errorCode(error) ?? '') && /\b28\b/.test(String(error)))

/** True when a query failed because the server is unreachable. Errors from the server itself have an SQLSTATE. */
function isAway(error: unknown): boolean {
  if (temporaryErrors.includes(errorCode(error) ?? '')) return true
  const { sqlState, fatal } = error as { sqlState?: unknown; fatal?: unknown }
  return sqlState === undefined && (fatal === true || /^(E[A-Z]+|PROTOCOL_.*)$/.test(errorCode(error) ?? ''))
}
