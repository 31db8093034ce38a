import pg from 'pg'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'

/** The superuser that this service works as; nobody else knows its password. */
export const administrator = 'os_admin'

/** Where everybody can connect to who is not after a certain database. */
export const maintenanceDatabase = 'postgres'

export type Target = Readonly<{ address: Address; password: string }>

/**
 * Does something in a database as the administrator. Throws a Fault of status 503 when the server cannot be reached or
 * does not answer in time; what PostgreSQL itself says no to is thrown as it comes, with its code.
 */
export async function inDatabase<T>(
  { address, password }: Target,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...address,
    user: administrator,
    password,
    database,
    application_name: 'trove-ts',
    connectionTimeoutMillis: 5_000,
    query_timeout: 25_000,
    statement_timeout: 25_000,
  })
  // A connection that breaks while nobody waits for it would end our process otherwise.
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    throw isAnswer(error) ? error : new Fault(unreachable, { status: 503, cause: error })
  } finally {
    await client.end().catch(() => {})
  }
}

const unreachable = 'The database server of this instance does not answer.'

/** Whether PostgreSQL said it, and not that it is just starting, stopping, full or out of time. */
const isAnswer = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && !/^(08|57P0|57014|53|28)/.test(error.code ?? '')

export const codeOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined

/** A name, quoted for a statement: identifiers cannot be bound. */
export const quotedName = (name: string): string => pg.escapeIdentifier(name)
export const quotedText = (text: string): string => pg.escapeLiteral(text)
