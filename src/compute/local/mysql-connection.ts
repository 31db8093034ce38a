import { type Connection, createConnection, escapeId, escape as escapeText, type RowDataPacket } from 'mysql2/promise'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import type { PasswordHash } from './mysql-password.ts'

/** The account that this service works as; nobody else knows its password. */
export const administrator = 'os_admin'

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
}>

export const quotedText = (text: string): string => escapeText(text)
export const quotedName = (name: string): string => escapeId(name, true)

/** What makes the administrator, who comes from this machine only. */
export const administratorStatements = (plugin: PasswordHash['plugin'], hash: string): string[] => [
  `create user ${administrator}@'127.0.0.1' identified with ${plugin} as ${quotedText(hash)};`,
  `grant all on *.* to ${administrator}@'127.0.0.1' with grant option;`,
]

const answerMs = 25_000
const connectMs = 5_000

/**
 * Does something in a server as its administrator. Throws a Fault of status 503 when the server cannot be reached or does
 * not answer in time; what the server itself says no to is thrown as it comes, with its number.
 */
export async function inServer<T>({ address, password }: Target, work: (client: Client) => Promise<T>): Promise<T> {
  let connection: Connection | undefined
  try {
    connection = await connected(address, password)
    return await work(await clientOf(connection))
  } catch (error) {
    throw isAnswer(error) || error instanceof Fault ? error : new Fault(unreachable, { status: 503, cause: error })
  } finally {
    connection?.destroy()
  }
}

const unreachable = 'The database server of this instance does not answer.'

async function connected({ host, port }: Address, password: string): Promise<Connection> {
  const connection = await createConnection({
    host,
    port,
    user: administrator,
    password,
    charset: 'utf8mb4',
    connectTimeout: connectMs,
  })
  // A connection that breaks while nobody waits for it would end our process otherwise.
  connection.on('error', () => {})
  return connection
}

async function clientOf(connection: Connection): Promise<Client> {
  const ask = (sql: string) => connection.query<RowDataPacket[]>({ sql, timeout: answerMs })
  // What a tenant's root set for everybody must not change what our statements mean. Nobody waits a day for a lock.
  await ask(`set session sql_mode = 'STRICT_TRANS_TABLES', session lock_wait_timeout = 5`)
  const [rows] = await ask('select connection_id() as id, version() as version')
  const { id, version } = rows[0] as { id: number; version: string }
  return {
    id,
    version,
    run: async statement => void (await ask(statement)),
    rows: async <Row>(query: string) => (await ask(query))[0] as Row[],
  }
}

type Answer = Error & { errno: number; sqlState: string; sqlMessage: string }

/** Too many connections, no entry, shutting down, connection killed. */
const unavailable: readonly number[] = [1040, 1042, 1043, 1045, 1053, 1077, 1129, 1152, 1203, 1226, 1317, 1927]

/** Whether the server said it about what was asked, and not that it is stopping, full or out of time. */
const isAnswer = (error: unknown): error is Answer =>
  error instanceof Error && 'sqlState' in error && 'errno' in error && !unavailable.includes(error.errno as number)

export const numberOf = (error: unknown): number | undefined => (isAnswer(error) ? error.errno : undefined)
export const wordsOf = (error: unknown): string => (isAnswer(error) ? error.sqlMessage : String(error))
