import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import { administrator, administratorAccount, administratorHost } from './account.ts'
import { account, accountsTable, grantee, kill } from './accounts.ts'
import { type Client, isAccessDenied, numberOf, quotedName, quotedText, type Target } from './connection.ts'
import { changeDefiner, type Definer, nobody } from './definers.ts'
import { changing } from './lock.ts'
import { killer, restrictRoot } from './root.ts'

const patienceMs = 60_000
const pollMs = 50

/**
 * Revokes what earlier releases granted: their root had every right, and could give every right to others. Such a user
 * may be connected, undo the changes made here and end our session, so this is repeated until no such user is left.
 */
export async function secure(target: Target): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs
  const locked: Account[] = []
  for (;;)
    try {
      await changing(target, client => secureOnce(client, locked))
      return
    } catch (error) {
      if (isAccessDenied(error))
        throw new Fault(
          'The account of this service was changed inside the instance, so the instance cannot be secured.',
          {
            cause: error,
          },
        )
      if (!(error instanceof Fault) || error.status !== 503 || performance.now() > giveUpAtMs) throw error
      await setTimeout(pollMs)
    }
}

/** @param locked collects the accounts that are locked during this work, over all attempts */
async function secureOnce(client: Client, locked: Account[]): Promise<void> {
  await lockEngineAccounts(client)
  await removeGlobalRights(client, locked)
  await removeStrangers(client)
  await unload(client)
  await changeDefiners(client)
  await restrictRoot(client)
  for (const each of locked) await run(client, `alter user ${grantee(each)} account unlock`)
  await client.run('set global event_scheduler = default')
}

type Account = Definer

const isAdministrator = ({ user, host }: Account) => user === administrator && host === administratorHost
const isEngineAccount = ({ user, host }: Account) => /^(?:mysql|mariadb)\.\w+$/.test(user) && host === 'localhost'
const isKiller = ({ user, host }: Account) => user === killer && host === 'localhost'

/** Lists the accounts and, in MariaDB, the roles that are neither ours nor the engine's. */
async function strangers(client: Client): Promise<Account[]> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  return all.filter(each => !isAdministrator(each) && !isEngineAccount(each) && !isKiller(each))
}

/**
 * Sessions keep the global rights that they logged in with. So accounts with such rights are locked first, then all
 * sessions are ended, and then the rights are revoked. This repeats until no account with global rights is found.
 */
async function removeGlobalRights(client: Client, locked: Account[]): Promise<void> {
  await client.run('set global event_scheduler = off')
  const giveUpAtMs = performance.now() + patienceMs
  for (;;) {
    const powerful = await withGlobalRights(client)
    for (const each of powerful)
      if (!(await isLocked(client, each))) {
        await run(client, `alter user ${grantee(each)} account lock`)
        locked.push(each)
      }
    while ((await kill(client, isTenantSession)) > 0 && performance.now() < giveUpAtMs);
    if (powerful.length === 0) break
    await revokeGlobalRights(client, powerful)
    if (performance.now() > giveUpAtMs)
      throw new Fault('The instance cannot be secured: a user keeps getting global privileges.', { status: 503 })
  }
  await revokeGlobalRights(client, await strangers(client))
}

const isTenantSession = ({ user }: { user: string }) =>
  ![administrator, 'system user', 'event_scheduler', 'unauthenticated user'].includes(user)

/** Lists the accounts with global rights beyond those of a new root. Roles cannot log in, so they are left out. */
async function withGlobalRights(client: Client): Promise<Account[]> {
  const rows = await client.rows<{ grantee: string }>(
    'select distinct grantee as grantee from information_schema.user_privileges' +
      " where privilege_type not in ('USAGE', 'PROCESS', 'SHOW DATABASES') or is_grantable = 'YES'",
  )
  const holders = rows.map(({ grantee }) => grantee)
  return (await strangers(client)).filter(({ user, host }) => holders.includes(`'${user}'@'${host}'`))
}

async function isLocked(client: Client, { user, host }: Account): Promise<boolean> {
  const locked = client.isMariadb ? `priv like '%"account_locked":true%'` : "account_locked = 'Y'"
  const where = `user = ${quotedText(user)} and host = ${quotedText(host)} and ${locked}`
  return (await client.rows(`select 1 from ${accountsTable(client)} where ${where}`)).length > 0
}

async function revokeGlobalRights(client: Client, from: readonly Account[]): Promise<void> {
  for (const each of from)
    for (const right of ['all privileges', 'grant option'])
      await run(client, `revoke ${right} on *.* from ${grantee(each)}`)
}

/** Runs a statement and ignores errors of the server, since the account or right may no longer exist. */
async function run(client: Client, statement: string): Promise<void> {
  try {
    await client.run(statement)
  } catch (error) {
    if (numberOf(error) === undefined) throw error
  }
}

const engineDatabases = ['mysql', 'sys', 'performance_schema', 'information_schema']

/** Removes accounts without a name, accounts with names of ours, and all rights on the engine's own tables. */
async function removeStrangers(client: Client): Promise<void> {
  const impostors = (await strangers(client)).filter(
    ({ user }) => user === '' || /^(?:os_admin|mysql\..*|mariadb\..*|trove-ts .*)$/i.test(user),
  )
  for (const each of impostors)
    await run(client, `${each.host === '' && each.user !== '' ? 'drop role' : 'drop user'} ${grantee(each)}`)
  const engineAccounts = `(user like 'mysql.%' or user like 'mariadb.%' or user = ${quotedText(killer)})`
  const others = `not (host = 'localhost' and ${engineAccounts})`
  const databases = engineDatabases.map(quotedText).join(', ')
  await client.run('delete from mysql.proxies_priv')
  // Patterns are matched as the server does it: `m\ysql` and `%` match `mysql`, too.
  const matches = engineDatabases.map(name => `${quotedText(name)} like db`).join(' or ')
  await client.run(`delete from mysql.db where (${matches}) and ${others}`)
  for (const table of ['tables_priv', 'columns_priv', 'procs_priv'])
    await client.run(`delete from mysql.${table} where db in (${databases}) and ${others}`)
  await client.run('flush privileges')
  await client.run(`grant all on *.* to ${administratorAccount} with grant option`)
  await client.run(
    `alter user ${administratorAccount} require none with max_queries_per_hour 0 max_updates_per_hour 0` +
      ' max_connections_per_hour 0 max_user_connections 0 password expire never account unlock',
  )
}

/** Removes functions and plugins from libraries, and the definitions of other servers. */
async function unload(client: Client): Promise<void> {
  const functions = await client.rows<{ name: string }>('select name as name from mysql.func')
  for (const { name } of functions) await run(client, `drop function if exists ${quotedName(name)}`)
  const plugins = await client.rows<{ name: string }>('select name as name from mysql.plugin')
  for (const { name } of plugins) await run(client, `uninstall plugin ${quotedName(name)}`)
  for (const table of ['func', 'plugin']) await client.run(`delete from mysql.${table}`)
  const servers = await client.rows<{ name: string }>('select server_name as name from mysql.servers')
  for (const { name } of servers) await run(client, `drop server if exists ${quotedName(name)}`)
}

/** Changes the definer of objects that run as the administrator or as the engine to `nobody`. */
async function changeDefiners(client: Client): Promise<void> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  for (const each of [{ user: administrator, host: administratorHost }, ...all.filter(isEngineAccount)])
    await changeDefiner(client, each, nobody)
  // The engine's own objects do not need to run as the engine, except one view of MariaDB that no user may read.
  const withDefinerRights = (query: string) =>
    client.rows<{ schema: string; name: string; kind: string }>(`${query} and security_type = 'DEFINER'`)
  const routines = await withDefinerRights(
    'select routine_schema as `schema`, routine_name as name, routine_type as kind from information_schema.routines' +
      " where routine_schema in ('mysql', 'sys')",
  )
  for (const { schema, name, kind } of routines)
    await run(client, `alter ${kind} ${quotedName(schema)}.${quotedName(name)} sql security invoker`)
  const views = await withDefinerRights(
    "select 'sys' as `schema`, table_name as name, 'view' as kind from information_schema.views where table_schema = 'sys'",
  )
  for (const { name } of views) await run(client, `drop view sys.${quotedName(name)}`)
}

/** Locks the accounts that the engine uses internally. No user needs to log in with them. */
async function lockEngineAccounts(client: Client): Promise<void> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  for (const { user, host } of all.filter(isEngineAccount)) {
    await client.run(`alter user ${account(user, host)} account lock`)
    if (client.isMariadb) await run(client, `revoke all privileges on *.* from ${account(user, host)}`)
  }
}
