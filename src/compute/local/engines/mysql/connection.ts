import { connect, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { type Connection, createConnection, escapeId, escape as escapeText, type RowDataPacket } from 'mysql2/promise'
import { within } from '../../../../deadline/within.ts'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import type { PasswordHash } from './password.ts'

/** The account that this service works as; nobody else knows its password. */
export const administrator = 'os_admin'
/** It comes from this machine only. */
export const administratorHost = '127.0.0.1'
export const administratorAccount = `${administrator}@'${administratorHost}'`

export type Target = Readonly<{ address: Address; password: string }>

/** A connection of the administrator. */
export type Client = Readonly<{
  /** Texts are put in by `quotedText`, names by `quotedName`. */
  run(statement: string): Promise<void>
  rows<Row>(query: string): Promise<Row[]>
  /** The number that the server knows the connection by. */
  id: number
  /** As the server says it: `10.11.6-MariaDB`. */
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
/** How long to try again while every connection is taken: one more is reserved for the administrator, and may be in use. */
const admissionMs = 10_000
const admissionGlanceMs = 100
const answerMs = 25_000
/** For everything together, whatever the server does meanwhile. */
const deadlineMs = 30_000
/** A server with more to say than this is not listened to: tenants decide how many databases it has to list. */
const heardBytesMax = 16 * 1024 ** 2

/**
 * Does something in a server as its administrator. Throws a Fault of status 503 when the server cannot be reached or does
 * not answer in time; what the server itself says no to is thrown as it comes, with its number.
 */
export async function inServer<T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> {
  const sockets: Socket[] = []
  try {
    return await within(deadlineMs, connected(target, sockets).then(clientOf).then(work), 'not done')
  } catch (error) {
    throw isAnswer(error) || error instanceof Fault ? error : new Fault(unreachable, { status: 503, cause: error })
  } finally {
    // What was given up fails by this.
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
        // The server must not be able to ask for our files.
        flags: ['-LOCAL_FILES'],
      })
      // A connection that breaks while nobody waits for it would end our process otherwise.
      connection.on('error', () => {})
      return connection
    } catch (error) {
      if (!isFull(error) || performance.now() > giveUpAtMs) throw error
      await later(admissionGlanceMs)
    }
}

function boundedSocket(address: Address, sockets: Socket[]): Socket {
  const socket = connect({ ...address, noDelay: true })
  sockets.push(socket)
  let heardBytes = 0
  socket.on('data', (chunk: Buffer) => {
    heardBytes += chunk.length
    if (heardBytes > heardBytesMax) socket.destroy(new Error(`more than ${heardBytesMax} bytes of answers`))
  })
  return socket
}

async function clientOf(connection: Connection): Promise<Client> {
  const ask = (sql: string) => connection.query<RowDataPacket[]>({ sql, timeout: answerMs })
  // What was set for everybody must not change what our statements mean. Nobody waits a day for a lock.
  await ask(
    "set session sql_mode = 'STRICT_TRANS_TABLES', session sql_select_limit = 18446744073709551615," +
      ' session autocommit = 1, session sql_safe_updates = 0,' +
      ' session lock_wait_timeout = 5, session innodb_lock_wait_timeout = 5',
  )
  await ask('set session transaction read write')
  const [rows] = await ask('select connection_id() as id, version() as version')
  const { id, version } = rows[0] as { id: number; version: string }
  return {
    id,
    version,
    isMariadb: /mariadb/i.test(version),
    run: async statement => void (await ask(statement)),
    rows: async <Row>(query: string) => (await ask(query))[0] as Row[],
  }
}

type Answer = Error & { errno: number; sqlState: string; sqlMessage: string }

/** Access denied to the account: its password is another one, it was dropped or locked. */
const shutOut: readonly number[] = [1045, 1698, 3118, 4151]

/** Too many connections, no entry, shutting down, connection killed. */
const unavailable: readonly number[] = [1040, 1042, 1043, 1053, 1077, 1129, 1152, 1203, 1226, 1317, 1927, ...shutOut]

const hasNumber = (error: unknown): error is Answer =>
  error instanceof Error && 'sqlState' in error && 'errno' in error && typeof error.errno === 'number'

/** Whether the server said it about what was asked, and not that it is stopping, full or out of time. */
const isAnswer = (error: unknown): error is Answer => hasNumber(error) && !unavailable.includes(error.errno)

const isFull = (error: unknown) => hasNumber(error) && error.errno === 1040

/** Whether a Fault says that the administrator itself was not let in. */
export const isShutOut = (error: unknown): boolean =>
  error instanceof Fault && hasNumber(error.cause) && shutOut.includes(error.cause.errno)

export const numberOf = (error: unknown): number | undefined => (isAnswer(error) ? error.errno : undefined)
export const wordsOf = (error: unknown): string => (isAnswer(error) ? error.sqlMessage : String(error))
