import type { Client } from 'pg'
import { Fault } from '../../../../model/fault.ts'
import {
  administration,
  administrator,
  changing,
  commonDatabase,
  inDatabase,
  inTenantDatabase,
  quotedName,
  quotedText,
  quotedTexts,
  type Target,
  withDeadline,
} from './connection.ts'
import { scramVerifier } from './password.ts'
import { hostRoles, makeOwnRoles, shapeRoot, versionOf } from './root.ts'
import { preparedTransactions, runFound, type Taken, takeBackInDatabase } from './take-back.ts'
import { takeBackInServer } from './take-back-server.ts'

/** There may be many databases, and each is gone through several times. */
const secureMs = 300_000
const passes = 5

export const changeAdministratorPassword = async (client: Client, password: string): Promise<void> => {
  await client.query(`alter role ${administrator} password ${quotedText(scramVerifier(password))}`)
}

/**
 * Makes an instance of an earlier release what a new one would be: its root was a superuser, and what dropped users owned
 * fell to the administrator. Whoever was a superuser may be connected and may have prepared anything, so as soon as there
 * is something to take back, nobody but us is let in until nothing is left.
 */
export async function secure(known: Target, isNew: boolean): Promise<void> {
  const target = withDeadline(known, secureMs)
  if (!isNew) await inDatabase(target, commonDatabase, moveStrangeAdministration)
  await changing(target, async client => {
    if (!isNew) await takeBackAll(target, client)
    await shapeRoot(target, client)
  })
}

async function takeBackAll(target: Target, client: Client): Promise<void> {
  let isQuiet = false
  for (let pass = 1; ; pass++) {
    if (!isQuiet && (await isOthersServer(client))) {
      await quieten(target, client)
      isQuiet = true
    }
    await makeOwnRoles(client)
    const { found, problem } = await takeBack(target, client)
    if (found === 0) break
    if (pass === passes) throw new Fault('What earlier releases granted cannot be taken back.', { cause: problem })
    if (!isQuiet) await quieten(target, client)
    isQuiet = true
  }
  await letIn(client)
}

/** One that is not as we make it is a tenant's; an earlier release did not keep the name for itself. */
async function moveStrangeAdministration(client: Client): Promise<void> {
  const { rows } = await client.query<{ oid: number }>(
    `select oid from pg_database where datname = '${administration}' and datallowconn and (
       pg_get_userbyid(datdba) <> '${administrator}' or datacl is null
       or exists (select 1 from aclexplode(datacl) where grantee <> datdba))`,
  )
  for (const { oid } of rows) {
    await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datid = $1', [oid])
    await client.query(
      `alter database ${quotedName(administration)} rename to ${quotedName(`${administration} ${oid}`)}`,
    )
  }
}

/** Superusers that are not us, but for those that PostgreSQL 15 has to have (`makeOwnRoles`). */
export async function otherSuperusers(client: Client): Promise<string[]> {
  const kept = (await versionOf(client)) < 16 ? hostRoles : []
  const { rows } = await client.query<{ name: string }>(
    `select rolname as name from pg_roles
     where rolsuper and rolname not in (${quotedTexts([administrator, ...kept])})`,
  )
  return rows.map(({ name }) => name)
}

/** It stays closed when a worker was killed while it did this. */
async function isOthersServer(client: Client): Promise<boolean> {
  return (await isClosed(client)) || (await otherSuperusers(client)).length > 0
}

/** Processes of the server itself; any other one works for somebody. */
const servers = [
  'archiver',
  'autovacuum launcher',
  'background writer',
  'checkpointer',
  'io worker',
  'logger',
  'logical replication launcher',
  'slotsync worker',
  'startup',
  'walsummarizer',
  'walwriter',
]
const strangers = `from pg_stat_activity
  where pid <> pg_backend_pid() and (usesysid is distinct from 10 or datname is distinct from '${administration}')
    and backend_type is not null and backend_type not in (${quotedTexts(servers)})`

const roundsOfEnding = 50

/**
 * Ends every session but ours and lets nobody in. A limit of no connections holds for all but superusers, so they lose
 * that in the same moment, while nobody can log in or change a role.
 */
async function quieten(target: Target, client: Client): Promise<void> {
  await client.query('create schema if not exists trove_ts')
  await client.query(`create table if not exists ${limits} (database oid primary key, connections int not null)`)
  await client.query(
    `insert into ${limits} select oid, datconnlimit from pg_database where ${isClosable} on conflict do nothing`,
  )
  let problem: unknown
  for (let round = 1; round <= roundsOfEnding; round++) {
    await client.query(`select pg_terminate_backend(pid, 1000) ${strangers}`)
    await rollBackPrepared(target, client)
    try {
      await closeToOthers(client)
    } catch (error) {
      // A session that was not ended yet holds a lock.
      problem = error
      await client.query('rollback')
      continue
    }
    // Who comes only now is refused, however often it comes, so it need not be waited for.
    const { rows } = await client.query<{ now: string }>('select clock_timestamp()::text as now')
    const earlier = `${strangers} and backend_start <= ${quotedText(rows[0]!.now)}`
    await client.query(`select pg_terminate_backend(pid, 5000) ${earlier}`)
    const left = await client.query(`select 1 ${earlier}`)
    const open = await client.query(`select 1 from pg_database where ${isClosable} and datconnlimit <> 0`)
    if (!left.rowCount && !open.rowCount && (await otherSuperusers(client)).length === 0) return
  }
  throw new Fault('Sessions of a superuser inside this instance do not end.', { cause: problem })
}

const isClosable = `datname <> '${administration}' and datconnlimit <> -2`

async function rollBackPrepared(target: Target, client: Client) {
  const { rows } = await client.query<{ database: string }>('select distinct database from pg_prepared_xacts')
  for (const { database } of rows)
    await inTenantDatabase(target, client, database, inside => runFound(inside, [preparedTransactions]))
}

/** In the order in which a login and a change of a database lock them, so that few of those are in each other's way. */
async function closeToOthers(client: Client) {
  await client.query(`begin; set local lock_timeout = '2s'; lock table pg_database, pg_authid in access exclusive mode`)
  for (const name of await otherSuperusers(client)) await client.query(`alter role ${quotedName(name)} nosuperuser`)
  for (const name of await databaseNames(client, `${isClosable} and datconnlimit <> 0`))
    await client.query(`alter database ${quotedName(name)} connection limit 0`)
  // What still waits to make a superuser ends before it can.
  await client.query(`select pg_terminate_backend(pid, 1000) ${strangers}`)
  await client.query('commit')
}

/** Where it is written down, while an instance is closed, how many connections each database had room for. */
const limits = 'trove_ts.limits'

const isClosed = async (client: Client): Promise<boolean> =>
  ((await client.query(`select 1 from pg_namespace where nspname = 'trove_ts'`)).rowCount ?? 0) > 0

async function letIn(client: Client) {
  if (!(await isClosed(client))) return
  const { rows } = await client.query<{ name: string; connections: number }>(
    `select datname as name, connections from ${limits} join pg_database on oid = database where datconnlimit = 0`,
  )
  for (const { name, connections } of rows)
    await client.query(`alter database ${quotedName(name)} connection limit ${connections}`)
  await client.query('drop schema trove_ts cascade')
}

const databaseNames = async (client: Client, condition: string): Promise<string[]> =>
  (await client.query<{ name: string }>(`select datname as name from pg_database where ${condition}`)).rows.map(
    ({ name }) => name,
  )

/** In every database, also in those that new ones are copied from. */
async function takeBack(target: Target, client: Client): Promise<Taken> {
  const { rows } = await client.query<{ name: string; isOpen: boolean }>(
    `select datname as name, datallowconn as "isOpen" from pg_database where datconnlimit <> -2
       and datname <> '${administration}'`,
  )
  // Made of what every database is made of.
  const taken = [await takeBackInDatabase(client)]
  for (const { name, isOpen } of rows) {
    if (!isOpen) await client.query(`alter database ${quotedName(name)} allow_connections true`)
    try {
      taken.push(await inDatabase(target, name, takeBackInDatabase))
    } finally {
      if (!isOpen) await client.query(`alter database ${quotedName(name)} allow_connections false`)
    }
  }
  taken.push(await takeBackInServer(client))
  return {
    found: taken.reduce((sum, each) => sum + each.found, 0),
    problem: taken.find(({ problem }) => problem !== undefined)?.problem,
  }
}
