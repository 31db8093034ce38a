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
    // Datetimes stay text: the driver would read a naive timestamp in the zone of this process.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === timestampOid ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
    },
  })
  // An idle connection that the server ends is not an event: the pool opens another one when it is needed.
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

/** How each connection is made, and how it is tried then. */
function attempts(client: typeof Client, { use }: Tls, ssl: ConnectionOptions | false): PoolConfig {
  const [first, second] = use === 'if refused' ? [false, ssl] : [ssl, false]
  if (use === 'always' || use === 'never') return { ssl: first }
  return { ssl: first, Client: twoWayClient(client, second) }
}

/** The pool, with a deadline for each connection and each query. */
function watchedPool(pool: Pool, sockets: ReadonlySet<Socket>, reach: Reach): PostgresPool {
  const broken = new WeakSet<PoolClient>()
  const greeted = new WeakSet<PoolClient>()
  const lent = new Set<PoolClient>()
  pool.on('connect', client => {
    // While a client is lent out, nobody else listens: an error between two queries would end the process.
    client.on('error', () => broken.add(client))
  })
  return {
    options: pool.options,
    async connect() {
      const client = await reach.connected(() => pool.connect(), {
        giveBack: client => client.release(),
        areAllInUse: () => lent.size >= pool.options.max,
      })
      lent.add(client)
      let isGivenUp = false
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
                isGivenUp = true
              },
              // With a query under way this cuts the connection, and the pool throws it away when it is released.
              giveUp: () => {
                broken.add(client)
                ;(client as unknown as { end(): Promise<void> }).end().catch(() => {})
              },
            },
          ),
        release: (destroy?: boolean) => {
          lent.delete(client)
          client.release(destroy || isGivenUp)
        },
      }
      if (reach.lockMs !== undefined && !greeted.has(client)) {
        // Not among the words of the connection's start: PgBouncer refuses those that it does not know.
        await watched.query(`set lock_timeout = ${Math.ceil(reach.lockMs)}`, []).catch(error => {
          watched.release(true)
          throw error
        })
        greeted.add(client)
      }
      return watched as unknown as PostgresPoolClient
    },
    end: () => closeWithin(() => pool.end(), sockets),
  }
}

const lockNotAvailable = '55P03'
/** A server that has become a standby, or is to be written to no more. */
const diskFull = '53100'
const readOnlySqlTransaction = '25006'

/** admin_shutdown, crash_shutdown, cannot_connect_now, query_canceled, too_many_connections, and class 08. */
const notNow = /^(57P0[123]|57014|53300|08...)$/

/** Whether a query failed for want of a server. What a server says has an SQLSTATE; the rest is the connection's. */
function isAway(error: unknown, isBroken: boolean): boolean {
  const code = errorCode(error)
  if (code !== undefined && notNow.test(code)) return true
  const isFromServer = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
  return !isFromServer && (isBroken || /^E[A-Z]+$/.test(code ?? ''))
}
