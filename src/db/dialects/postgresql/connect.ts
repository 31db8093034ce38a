import { Socket } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, type SecureContextOptions } from 'node:tls'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import type { Client, Pool, PoolClient, PoolConfig } from 'pg'
import { closeWithin, type Reach } from '../../reach.ts'
import type { Tables } from '../../tables.ts'
import type { Tls } from '../../tls.ts'
import { type Connecting, type ConnectOptions, type DatabaseUrl, errorCode } from '../dialect.ts'
import { twoWayClient } from './two-way-client.ts'

const timestampOid = 1114

export async function connect(
  url: DatabaseUrl,
  options: ConnectOptions,
  { reach, secure }: Connecting,
): Promise<Kysely<Tables>> {
  const { default: pg } = await import('pg')
  const sockets = new Set<Socket>()
  const host = url.query.host ?? url.host ?? '127.0.0.1'
  const ssl = sslOf(url.tls, secure, host)
  const pool = new pg.Pool({
    host,
    ...attempts(pg.Client, url.tls, ssl),
    port: url.port ?? 5432,
    user: url.user,
    password: url.password,
    database: url.database,
    max: options.poolSizeMax,
    connectionTimeoutMillis: reach.connectMs,
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
    // Keep datetimes as text: the driver would read naive timestamps in the time zone of this process.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === timestampOid ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
    },
  })
  // The server may close idle connections at any time. The pool opens another one when it is needed.
  pool.on('error', () => {})
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: watchedPool(pool, sockets, reach) }),
  })
}

function sslOf(tls: Tls, secure: SecureContextOptions, host: string): ConnectionOptions | false {
  if (tls.use === 'never') return false
  return {
    ...secure,
    rejectUnauthorized: tls.verify !== 'nothing',
    checkServerIdentity: (_name, certificate) =>
      tls.verify === 'identity' ? checkServerIdentity(host, certificate) : undefined,
  }
}

/** How to open each connection, and how to try again if the first attempt fails. */
function attempts(client: typeof Client, { use }: Tls, ssl: ConnectionOptions | false): PoolConfig {
  const [first, second] = use === 'if refused' ? [false, ssl] : [ssl, false]
  if (use === 'always' || use === 'never') return { ssl: first }
  return { ssl: first, Client: twoWayClient(client, second) }
}

/** Wraps the pool so that each connection and each query has a deadline. */
function watchedPool(pool: Pool, sockets: ReadonlySet<Socket>, reach: Reach): PostgresPool {
  const broken = new WeakSet<PoolClient>()
  const configured = new WeakSet<PoolClient>()
  const inUse = new Set<PoolClient>()
  pool.on('connect', client => {
    // While a client is in use, the pool does not handle its errors: one between two queries would end the process.
    client.on('error', () => broken.add(client))
  })
  return {
    options: pool.options,
    async connect() {
      const client = await reach.connected(() => pool.connect(), {
        giveBack: client => client.release(),
        areAllInUse: () => inUse.size >= pool.options.max,
      })
      inUse.add(client)
      let isToClose = false
      const watched = {
        query: (sql: string, parameters: readonly unknown[]) =>
          reach.answered(
            () => client.query(sql, parameters as unknown[]) as Promise<unknown> as Promise<PostgresQueryResult<never>>,
            {
              isAway: error => isAway(error, broken.has(client)),
              isLocked: error => errorCode(error) === lockNotAvailable,
              isReadOnly: error => errorCode(error) === readOnlySqlTransaction,
              isFull: error => errorCode(error) === diskFull,
              giveUpLater: () => {
                isToClose = true
              },
              // While a query is running, this cuts the connection; the pool then discards it on release.
              giveUp: () => {
                broken.add(client)
                ;(client as unknown as { end(): Promise<void> }).end().catch(() => {})
              },
            },
          ),
        release: (destroy?: boolean) => {
          inUse.delete(client)
          client.release(destroy || isToClose)
        },
      }
      if (reach.lockMs !== undefined && !configured.has(client)) {
        // Not a startup parameter of the connection, since PgBouncer refuses unknown ones.
        await watched.query(`set lock_timeout = ${Math.ceil(reach.lockMs)}`, []).catch(error => {
          watched.release(true)
          throw error
        })
        configured.add(client)
      }
      return watched as unknown as PostgresPoolClient
    },
    end: () => closeWithin(() => pool.end(), sockets),
  }
}

const lockNotAvailable = '55P03'
const diskFull = '53100'
/** The server has become a standby, or was made read-only. */
const readOnlySqlTransaction = '25006'

/** admin_shutdown, crash_shutdown, cannot_connect_now, query_canceled, too_many_connections, and class 08. */
const temporaryErrors = /^(57P0[123]|57014|53300|08...)$/

/** True when a query failed because the server is unreachable. Errors from the server itself have an SQLSTATE. */
function isAway(error: unknown, isBroken: boolean): boolean {
  const code = errorCode(error)
  if (code !== undefined && temporaryErrors.test(code)) return true
  const isFromServer = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
  return !isFromServer && (isBroken || /^E[A-Z]+$/.test(code ?? ''))
}
