import type { Client } from 'pg'
import { Fault } from '../../../../model/fault.ts'
import { administration, administrator, commonDatabase } from './account.ts'
import {
  changing,
  inDatabase,
  inTenantDatabase,
  quotedName,
  quotedText,
  quotedTexts,
  type Target,
  withDeadline,
} from './connection.ts'
import { scramVerifier } from './password-hash.ts'
import { hostRoles, makeOwnRoles, shapeRoot, versionOf } from './root.ts'
import { preparedTransactions, runFound, type TakeBackResult, takeBackInDatabase } from './take-back.ts'
import { takeBackInServer } from './take-back-server.ts'

/** Long, because there may be many databases, and each of them is checked several times. */
const secureMs = 300_000
const passes = 5

export const changeAdministratorPassword = async (client: Client, password: string): Promise<void> => {
  await client.query(`alter role ${administrator} password ${quotedText(scramVerifier(password))}`)
}

/**
 * Brings an instance of an earlier release to the state of a new one: its root was a superuser, and the objects of
 * dropped users fell to the administrator. A former superuser may still be connected and may have prepared anything. So
 * once there is something to revoke, all other connections are refused until nothing is left.
 */
export async function secure(server: Target, isNew: boolean): Promise<void> {
  const target = withDeadline(server, secureMs)
  if (!isNew) await inDatabase(target, commonDatabase, renameForeignAdministration)
  await changing(target, async client => {
    if (!isNew) await takeBackAll(target, client)
    await shapeRoot(target, client)
  })
}

async function takeBackAll(target: Target, client: Client): Promise<void> {
  let areOthersOut = false
  for (let pass = 1; ; pass++) {
    if (!areOthersOut && (await hasOtherSuperusers(client))) {
      await shutOthersOut(target, client)
      areOthersOut = true
    }
    await makeOwnRoles(client)
    const { statementCount, problem } = await takeBack(target, client)
    if (statementCount === 0) break
    if (pass === passes)
      throw new Fault('Privileges that earlier releases granted cannot be revoked.', { cause: problem })
    if (!areOthersOut) await shutOthersOut(target, client)
    areOthersOut = true
  }
  await letIn(client)
}

/**
 * Renames a database with our name that we did not create: an earlier release did not reserve the name, so it is a
 * tenant's.
 */
async function renameForeignAdministration(client: Client): Promise<void> {
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

/** Lists the superusers except the administrator and those that `makeOwnRoles` makes on PostgreSQL 15. */
export async function otherSuperusers(client: Client): Promise<string[]> {
  const requiredRoles = (await versionOf(client)) < 16 ? hostRoles : []
  const { rows } = await client.query<{ name: string }>(
    `select rolname as name from pg_roles
     where rolsuper and rolname not in (${quotedTexts([administrator, ...requiredRoles])})`,
  )
  return rows.map(({ name }) => name)
}

/** Also true if the server is still closed to others, because a worker was killed during this work. */
async function hasOtherSuperusers(client: Client): Promise<boolean> {
  return (await isClosed(client)) || (await otherSuperusers(client)).length > 0
}

/** Types of processes of the server itself. A process of any other type works for a session. */
const serverProcesses = [
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
    and backend_type is not null and backend_type not in (${quotedTexts(serverProcesses)})`

const roundsOfEnding = 50

/**
 * Ends every session except ours and refuses new ones. A connection limit of 0 does not apply to superusers, so other
 * superusers lose that attribute in the same transaction, during which logins and changes of roles are locked.
 */
async function shutOthersOut(target: Target, client: Client): Promise<void> {
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
      // A session that has not ended yet holds a lock.
      problem = error
      await client.query('rollback')
      continue
    }
    // Only wait for sessions that began before this moment. Later ones are refused.
    const { rows } = await client.query<{ now: string }>('select clock_timestamp()::text as now')
    const earlier = `${strangers} and backend_start <= ${quotedText(rows[0]!.now)}`
    await client.query(`select pg_terminate_backend(pid, 5000) ${earlier}`)
    const remaining = await client.query(`select 1 ${earlier}`)
    const openDatabases = await client.query(`select 1 from pg_database where ${isClosable} and datconnlimit <> 0`)
    if (!remaining.rowCount && !openDatabases.rowCount && (await otherSuperusers(client)).length === 0) return
  }
  throw new Fault('The sessions of a superuser inside this instance did not end.', { cause: problem })
}

const isClosable = `datname <> '${administration}' and datconnlimit <> -2`

async function rollBackPrepared(target: Target, client: Client) {
  const { rows } = await client.query<{ database: string }>('select distinct database from pg_prepared_xacts')
  for (const { database } of rows)
    await inTenantDatabase(target, client, database, inside => runFound(inside, [preparedTransactions]))
}

/** Takes the locks in the order in which a login and a change of a database take them, so that deadlocks are rare. */
async function closeToOthers(client: Client) {
  await client.query(`begin; set local lock_timeout = '2s'; lock table pg_database, pg_authid in access exclusive mode`)
  for (const name of await otherSuperusers(client)) await client.query(`alter role ${quotedName(name)} nosuperuser`)
  for (const name of await databaseNames(client, `${isClosable} and datconnlimit <> 0`))
    await client.query(`alter database ${quotedName(name)} connection limit 0`)
  // End the sessions that are waiting for the lock, before they can make a new superuser.
  await client.query(`select pg_terminate_backend(pid, 1000) ${strangers}`)
  await client.query('commit')
}

/** Stores the connection limit of each database while others are shut out. */
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

/** Revokes in every database, including the templates of new ones, and in the server as a whole. */
async function takeBack(target: Target, client: Client): Promise<TakeBackResult> {
  const { rows } = await client.query<{ name: string; isOpen: boolean }>(
    `select datname as name, datallowconn as "isOpen" from pg_database where datconnlimit <> -2
       and datname <> '${administration}'`,
  )
  // The database of this service comes first. It was copied from a template, too.
  const results = [await takeBackInDatabase(client)]
  for (const { name, isOpen } of rows) {
    if (!isOpen) await client.query(`alter database ${quotedName(name)} allow_connections true`)
    try {
      results.push(await inDatabase(target, name, takeBackInDatabase))
    } finally {
      if (!isOpen) await client.query(`alter database ${quotedName(name)} allow_connections false`)
    }
  }
  results.push(await takeBackInServer(client))
  return {
    statementCount: results.reduce((sum, each) => sum + each.statementCount, 0),
    problem: results.find(({ problem }) => problem !== undefined)?.problem,
  }
}
