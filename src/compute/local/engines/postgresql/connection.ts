import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import { administration, administrator, commonDatabase } from './account.ts'

export type Target = Readonly<{
  address: Address
  password: string
  /** The deadline of everything that is done with it, on the clock of `performance.now()`. */
  endsAtMs: number
  /** True if the server lacks the settings of PostgreSQL 17; found out at the first connection. */
  server: { isBefore17: boolean }
}>

export const operationMs = 25_000
const connectMs = 5_000
/** How long to retry while no connection is free. An unfinished login releases its connection after ten seconds. */
const crowdedMs = 15_000
const crowdedPauseMs = 200
const lockMs = 5_000

export const withDeadline = (target: Target, milliseconds = operationMs): Target => ({
  ...target,
  endsAtMs: performance.now() + milliseconds,
})

/**
 * The settings of our sessions. The owner of a database can set any of these for all of its sessions, but the options
 * that a client sends when it connects take precedence.
 */
const pinned = {
  // Functions and operators are only found in pg_catalog; tables in pg_temp come last.
  search_path: 'pg_catalog,pg_temp',
  role: 'none',
  session_replication_role: 'origin',
  row_security: 'on',
  local_preload_libraries: '',
  session_preload_libraries: '',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  default_tablespace: '',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  exit_on_error: 'off',
  lock_timeout: String(lockMs),
  statement_timeout: String(operationMs),
  idle_in_transaction_session_timeout: '60000',
  idle_session_timeout: '0',
  tcp_user_timeout: '0',
  synchronous_commit: 'on',
  // Statements that contain password verifiers are not shown to other users and not logged.
  track_activities: 'off',
  log_statement: 'none',
  log_duration: 'off',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_min_error_statement: 'panic',
  log_parser_stats: 'off',
}
const pinnedSince17 = { event_triggers: 'off', transaction_timeout: '0' }

const optionsOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ')

/**
 * Runs `work` in a database as the administrator. Throws a Fault of status 503 if the server cannot be reached, is kept
 * busy or does not answer in time; an error about the statement itself is thrown unchanged, with its code.
 */
export const inDatabase = <T>(target: Target, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withConnection(target, () => connected(target, database), work)

/** Runs `work` in the database of this service, which is created if it is missing. */
export const inAdministration = <T>(target: Target, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withConnection(target, () => connectedToAdministration(target), work)

/** Runs `work` in a database of tenants. Allows connections to it first if its owner has forbidden them. */
export async function inTenantDatabase<T>(
  target: Target,
  administrating: pg.Client,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const closedDatabase = await administrating.query(
    'select 1 from pg_database where datname = $1 and not datallowconn',
    [database],
  )
  if (closedDatabase.rowCount)
    await administrating.query(`alter database ${quotedName(database)} allow_connections true`)
  return inDatabase(target, database, work)
}

/**
 * Runs one change of a server at a time, because PostgreSQL refuses one of two transactions that change the same rights
 * at once. The lock is in our own database, where no tenant can take it.
 */
export const changing = <T>(target: Target, work: (client: pg.Client, target: Target) => Promise<T>): Promise<T> =>
  inAdministration(target, async client => {
    // Wait without limit for another change of ours, but not for locks of tenants.
    await client.query(`select set_config('lock_timeout', '0', false)`)
    await client.query(`select pg_advisory_lock(hashtext('trove-ts'))`)
    await client.query(`select set_config('lock_timeout', '${lockMs}', false)`)
    return work(client, target)
  })

async function withConnection<T>(
  target: Target,
  connect: () => Promise<pg.Client>,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let client: pg.Client | undefined
  try {
    client = await connect()
    return await untilDeadline(target, client, work(client))
  } catch (error) {
    throw faultOf(error)
  } finally {
    if (client) await leave(client)
  }
}

async function connectedToAdministration(target: Target): Promise<pg.Client> {
  try {
    return await connected(target, administration)
  } catch (error) {
    // The database is missing, or a worker was killed between creating it and allowing connections.
    if (!['3D000', '55000'].includes(codeOf(error) ?? '')) throw error
    await makeAdministration(target)
    return connected(target, administration)
  }
}

export const makeAdministration = (target: Target): Promise<void> =>
  inDatabase(target, commonDatabase, async client => {
    const name = quotedName(administration)
    await client.query(`create database ${name} template template0 allow_connections false`).catch(error => {
      if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error
    })
    await client.query(
      `begin; revoke all on database ${name} from public; alter database ${name} allow_connections true; commit`,
    )
  })

async function connected(target: Target, database: string): Promise<pg.Client> {
  const crowdedUntilMs = Math.min(target.endsAtMs, performance.now() + crowdedMs)
  for (;;)
    try {
      return await connectedOnce(target, database)
    } catch (error) {
      if (codeOf(error) === '42704' && !target.server.isBefore17) target.server.isBefore17 = true
      else if (codeOf(error) !== '53300' || performance.now() > crowdedUntilMs) throw error
      else await wait(crowdedPauseMs)
    }
}

async function connectedOnce({ address, password, endsAtMs, server }: Target, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...address,
    user: administrator,
    password,
    database,
    application_name: 'trove-ts',
    options: optionsOf({ ...pinned, ...(server.isBefore17 ? {} : pinnedSince17) }),
    connectionTimeoutMillis: Math.max(1, Math.min(connectMs, endsAtMs - performance.now())),
    query_timeout: operationMs,
  })
  // Without a listener, a connection that breaks while it is idle would end our process.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await leave(client)
    throw error
  }
}

const outOfTime = new Error('The operation exceeded its deadline.')

async function untilDeadline<T>({ endsAtMs }: Target, client: pg.Client, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => hangUp(client), Math.max(0, endsAtMs - performance.now()))
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}

/** Closes the connection; every pending query is rejected. */
const hangUp = (client: pg.Client) => client.connection.stream.destroy(outOfTime)

const closeMs = 1_000

/** Closes a connection. Does not wait long for the confirmation, which a paused server never sends. */
async function leave(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => hangUp(client), closeMs)
  await client.end().catch(() => {})
  clearTimeout(timer)
}

const unreachable = 'The database server of this instance does not answer.'
const busy =
  'The database server of this instance is busy: one of its sessions holds a lock or makes a conflicting change.'

/** Error codes and classes of PostgreSQL that are about the state of the server and not about the statement. */
const states: readonly (readonly [code: RegExp, sentence: string])[] = [
  [/^53100/, 'The disk of this instance is full.'],
  [/^53300/, 'All connections of the database server of this instance are in use.'],
  [/^(55P03|55006|57014|40P01|40001|25P03|XX000)/, busy],
  [/^(08|57P|53|28|58|25006)/, unreachable],
]

function faultOf(error: unknown): unknown {
  if (error instanceof Fault) return error
  if (!(error instanceof pg.DatabaseError)) return new Fault(unreachable, { status: 503, cause: error })
  const state = states.find(([code]) => code.test(error.code ?? ''))
  return state ? new Fault(state[1], { status: 503, cause: error, retryAfterSeconds: 10 }) : error
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined

/** Quotes a name for a statement, since identifiers cannot be bound as parameters. */
export const quotedName = (name: string): string => pg.escapeIdentifier(name)
export const quotedText = (text: string): string => pg.escapeLiteral(text)
/** Quotes texts as a list for `in (…)`. */
export const quotedTexts = (texts: readonly string[]): string => texts.map(quotedText).join(', ')
