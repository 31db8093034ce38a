import { connect, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { type Connection, createConnection, escapeId, escape as escapeText, type RowDataPacket } from 'mysql2/promise'
import { within } from '../../../../deadline/within.ts'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import { administrator, administratorAccount } from './account.ts'
import type { PasswordHash } from './password-hash.ts'

export type Target = Readonly<{ address: Address; password: string }>

/** A connection of the administrator. */
export type Client = Readonly<{
  /** Statements must quote texts with `quotedText` and names with `quotedName`. */
  run(statement: string): Promise<void>
  rows<Row>(query: string): Promise<Row[]>
  /** The connection id of the server. */
  id: number
  /** In the server's own form: `10.11.6-MariaDB`. */
  version: string
  isMariadb: boolean
}>

export const quotedText = (text: string): string => escapeText(text)
export const quotedName = (name: string): string => escapeId(name, true)

/** Statements that create the administrator. */
export const administratorStatements = (plugin: PasswordHash['plugin'], hash: string): string[] => [
  `create user ${administratorAccount} identified with ${plugin} as ${quotedText(hash)};`,
  `grant all on *.* to ${administratorAccount} with grant option;`,
]

const connectMs = 5_000
/**
 * How long to retry while all connections are in use. One more is reserved for the administrator, which may be in use
 * as well.
 */
const admissionMs = 10_000
const admissionPollMs = 100
const queryMs = 25_000
/** For all steps together, whatever the server does meanwhile. */
const deadlineMs = 30_000
/** Limits the bytes that are read per connection, because tenants decide how many databases the server has to list. */
const receivedBytesMax = 16 * 1024 ** 2

/**
 * Runs `work` in a server as its administrator. Throws a Fault of status 503 if the server cannot be reached or does
 * not answer in time; an error that the server itself returns is thrown unchanged, with its number.
 */
export async function inServer<T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> {
  const sockets: Socket[] = []
  try {
    return await within(deadlineMs, connected(target, sockets).then(clientOf).then(work), 'not done')
  } catch (error) {
    throw isServerError(error) || error instanceof Fault ? error : new Fault(unreachable, { status: 503, cause: error })
  } finally {
    // After a timeout, this makes the work that is still running fail.
    for (const socket of sockets) socket.destroy()
  }
}

const unreachable = 'The database server of this instance does not answer.'

async function connected({ address, password }: Target, sockets: Socket[]): Promise<Connection> {
  const giveUpAtMs = performance.now() + admissionMs
  for (;;)
    try {
      const connection = await createConnection({
        stream: () => boundedSocket(address, sockets),
        user: administrator,
        password,
        charset: 'utf8mb4',
        connectTimeout: connectMs,
        // The server must not be able to request our files.
        flags: ['-LOCAL_FILES'],
      })
      // Without a listener, a connection that breaks while it is idle would end our process.
      connection.on('error', () => {})
      return connection
    } catch (error) {
      if (!isFull(error) || performance.now() > giveUpAtMs) throw error
      await later(admissionPollMs)
    }
}

function boundedSocket(address: Address, sockets: Socket[]): Socket {
  const socket = connect({ ...address, noDelay: true })
  sockets.push(socket)
  let receivedBytes = 0
  socket.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length
    if (receivedBytes > receivedBytesMax) socket.destroy(new Error(`more than ${receivedBytesMax} bytes received`))
  })
  return socket
}

async function clientOf(connection: Connection): Promise<Client> {
  const query = (sql: string) => connection.query<RowDataPacket[]>({ sql, timeout: queryMs })
  // Global settings must not change the meaning of our statements. By default, a session waits a day for a lock.
  await query(
    "set session sql_mode = 'STRICT_TRANS_TABLES', session sql_select_limit = 18446744073709551615," +
      ' session autocommit = 1, session sql_safe_updates = 0,' +
      ' session lock_wait_timeout = 5, session innodb_lock_wait_timeout = 5',
  )
  await query('set session transaction read write')
  const [rows] = await query('select connection_id() as id, version() as version')
  const { id, version } = rows[0] as { id: number; version: string }
  return {
    id,
    version,
    isMariadb: /mariadb/i.test(version),
    run: async statement => void (await query(statement)),
    rows: async <Row>(sql: string) => (await query(sql))[0] as Row[],
  }
}

type ServerError = Error & { errno: number; sqlState: string; sqlMessage: string }

/** The account was denied access: its password differs, or it was dropped or locked. */
const accessDenied: readonly number[] = [1045, 1698, 3118, 4151]

/** Too many connections, handshake failed, shutting down, connection killed. */
const unavailable: readonly number[] = [
  1040,
  1042,
  1043,
  1053,
  1077,
  1129,
  1152,
  1203,
  1226,
  1317,
  1927,
  ...accessDenied,
]

const hasNumber = (error: unknown): error is ServerError =>
  error instanceof Error && 'sqlState' in error && 'errno' in error && typeof error.errno === 'number'

/**
 * True if the server's error is about the statement, and not about the state of the server (stopping, full,
 * overloaded).
 */
const isServerError = (error: unknown): error is ServerError => hasNumber(error) && !unavailable.includes(error.errno)

const isFull = (error: unknown) => hasNumber(error) && error.errno === 1040

/** True if a Fault was caused by the server denying access to the administrator. */
export const isAccessDenied = (error: unknown): boolean =>
  error instanceof Fault && hasNumber(error.cause) && accessDenied.includes(error.cause.errno)

export const numberOf = (error: unknown): number | undefined => (isServerError(error) ? error.errno : undefined)
export const messageOf = (error: unknown): string => (isServerError(error) ? error.sqlMessage : String(error))
