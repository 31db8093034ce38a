import type { Client } from 'pg'
import { Fault } from '../../model/fault.ts'
import {
  administration,
  administrator,
  changing,
  commonDatabase,
  inDatabase,
  quotedName,
  quotedText,
  quotedTexts,
  type Target,
  withDeadline,
} from './postgresql-connection.ts'
import { scramVerifier } from './postgresql-password.ts'
import { hostRoles, makeOwnRoles, shapeRoot, versionOf } from './postgresql-root.ts'
import { type Taken, takeBackInDatabase } from './postgresql-take-back.ts'
import { takeBackInServer } from './postgresql-take-back-server.ts'

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
export async function secure(known: Target): Promise<void> {
  const target = withDeadline(known, secureMs)
  await inDatabase(target, commonDatabase, replaceStrangeAdministration)
  await changing(target, async client => {
    let isQuiet = false
    for (let pass = 1; pass <= passes; pass++) {
      if (!isQuiet && (await isOthersServer(client))) {
        await quieten(client)
        isQuiet = true
      }
      await makeOwnRoles(client)
      const { found, problem } = await takeBack(target, client)
      if (found === 0) break
      if (pass === passes) throw new Fault('What earlier releases granted cannot be taken back.', { cause: problem })
      if (!isQuiet) await quieten(client)
      isQuiet = true
    }
    await shapeRoot(target, client)
    await letIn(client)
  })
}

/** One that is not as we make it was made by a superuser of a tenant. */
async function replaceStrangeAdministration(client: Client): Promise<void> {
  const { rowCount } = await client.query(
    `select 1 from pg_database where datname = '${administration}' and datallowconn and (
       pg_get_userbyid(datdba) <> '${administrator}' or datacl is null
       or exists (select 1 from aclexplode(datacl) where grantee <> datdba))`,
  )
  if (!rowCount) return
  await client.query(`alter database ${quotedName(administration)} is_template false`)
  await client.query(`drop database ${quotedName(administration)} with (force)`)
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

/** A database that lets nobody in was left by a worker that was killed while it did this. */
async function isOthersServer(client: Client): Promise<boolean> {
  const closed = await client.query('select 1 from pg_database where datconnlimit = 0')
  return (closed.rowCount ?? 0) > 0 || (await otherSuperusers(client)).length > 0
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
/** A client that is only logging in has no user yet; it will find out that it may not. */
const strangers = `from pg_stat_activity
  where pid <> pg_backend_pid() and datname is distinct from '${administration}'
    and backend_type is not null and backend_type not in (${quotedTexts(servers)})
    and not (backend_type = 'client backend' and usesysid is null)`

const roundsOfEnding = 50

/**
 * Ends every session but ours and lets nobody in. A limit of no connections holds for all but superusers, so they lose
 * that in the same moment, while nobody can log in or change a role.
 */
async function quieten(client: Client): Promise<void> {
  let problem: unknown
  for (let round = 1; round <= roundsOfEnding; round++) {
    await client.query(`select pg_terminate_backend(pid, 1000) ${strangers}`)
    try {
      await closeToOthers(client)
    } catch (error) {
      // A session that was not ended yet holds a lock.
      problem = error
      await client.query('rollback')
      continue
    }
    const left = await client.query(`select 1 ${strangers}`)
    const open = await client.query(`select 1 from pg_database where ${isClosable} and datconnlimit <> 0`)
    if (!left.rowCount && !open.rowCount && (await otherSuperusers(client)).length === 0) return
  }
  throw new Fault('Sessions of a superuser inside this instance do not end.', { cause: problem })
}

const isClosable = `datname <> '${administration}' and datconnlimit <> -2`

async function closeToOthers(client: Client) {
  // Whoever waits for us while we wait for it is ended by PostgreSQL, and not we: it looks for that after a second.
  await client.query(`begin; set local lock_timeout = '4s'; set local deadlock_timeout = '60s';
    lock table pg_authid, pg_database in access exclusive mode`)
  for (const name of await otherSuperusers(client)) await client.query(`alter role ${quotedName(name)} nosuperuser`)
  for (const name of await databaseNames(client, `${isClosable} and datconnlimit <> 0`))
    await client.query(`alter database ${quotedName(name)} connection limit 0`)
  // While they wait for us: after that, one of them could open everything again before it is ended.
  await client.query(`select pg_stat_clear_snapshot()`)
  await client.query(`select pg_terminate_backend(pid, 5000) ${strangers}`)
  await client.query('commit')
}

async function letIn(client: Client) {
  for (const name of await databaseNames(client, 'datconnlimit = 0'))
    await client.query(`alter database ${quotedName(name)} connection limit -1`)
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
  const taken: Taken[] = []
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
