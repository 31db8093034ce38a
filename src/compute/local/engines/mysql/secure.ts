import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import { account, accountsTable, grantee, kill } from './accounts.ts'
import {
  administrator,
  administratorAccount,
  administratorHost,
  type Client,
  isShutOut,
  numberOf,
  quotedName,
  quotedText,
  type Target,
} from './connection.ts'
import { changeDefiner, type Definer, nobody } from './definers.ts'
import { changing } from './lock.ts'
import { killer, restrictRoot } from './root.ts'

const patienceMs = 60_000
const glanceMs = 50

/**
 * Takes back what earlier releases granted: their root had every right, and could make others who have. Such a one may be
 * connected, undo what is done here and end our session; so it is done again until nobody is left who could.
 */
export async function secure(target: Target): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs
  const locked: Account[] = []
  for (;;)
    try {
      await changing(target, client => secureOnce(client, locked))
      return
    } catch (error) {
      if (isShutOut(error))
        throw new Fault('The account of this service in the instance was changed from inside; it cannot be secured.', {
          cause: error,
        })
      if (!(error instanceof Fault) || error.status !== 503 || performance.now() > giveUpAtMs) throw error
      await setTimeout(glanceMs)
    }
}

/** @param locked the accounts that are locked meanwhile, also by an attempt before */
async function secureOnce(client: Client, locked: Account[]): Promise<void> {
  await lockEngineAccounts(client)
  await takePower(client, locked)
  await removeStrangers(client)
  await unload(client)
  await changeDefiners(client)
  await restrictRoot(client)
  for (const each of locked) await run(client, `alter user ${grantee(each)} account unlock`)
  await client.run('set global event_scheduler = default')
}

type Account = Definer

const isAdministrator = ({ user, host }: Account) => user === administrator && host === administratorHost
const isEngines = ({ user, host }: Account) => /^(?:mysql|mariadb)\.\w+$/.test(user) && host === 'localhost'
const isKiller = ({ user, host }: Account) => user === killer && host === 'localhost'

/** The accounts and, in MariaDB, the roles that are neither ours nor the engine's. */
async function strangers(client: Client): Promise<Account[]> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  return all.filter(each => !isAdministrator(each) && !isEngines(each) && !isKiller(each))
}

/**
 * Sessions keep the global rights that they logged in with. So whoever has any is locked out first, then everybody leaves,
 * and then the rights are taken; over once a look finds nobody with such a right.
 */
async function takePower(client: Client, locked: Account[]): Promise<void> {
  await client.run('set global event_scheduler = off')
  const giveUpAtMs = performance.now() + patienceMs
  for (;;) {
    const powerful = await withGlobalRights(client)
    for (const each of powerful)
      if (!(await isLocked(client, each))) {
        await run(client, `alter user ${grantee(each)} account lock`)
        locked.push(each)
      }
    while ((await kill(client, isTenants)) > 0 && performance.now() < giveUpAtMs);
    if (powerful.length === 0) break
    await takeGlobalRights(client, powerful)
    if (performance.now() > giveUpAtMs)
      throw new Fault('Somebody with every right inside the instance does not let go of it.', { status: 503 })
  }
  await takeGlobalRights(client, await strangers(client))
}

const isTenants = ({ user }: { user: string }) =>
  ![administrator, 'system user', 'event_scheduler', 'unauthenticated user'].includes(user)

/** But for those that new roots have as well. Roles do not log in, and are not told here. */
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

async function takeGlobalRights(client: Client, from: readonly Account[]): Promise<void> {
  for (const each of from)
    for (const right of ['all privileges', 'grant option'])
      await run(client, `revoke ${right} on *.* from ${grantee(each)}`)
}

/** What has gone meanwhile, or never was, need not be taken. */
async function run(client: Client, statement: string): Promise<void> {
  try {
    await client.run(statement)
  } catch (error) {
    if (numberOf(error) === undefined) throw error
  }
}

const engineDatabases = ['mysql', 'sys', 'performance_schema', 'information_schema']

/** Accounts without a name, those called like ours, and every way into the engine's own tables. */
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
  // A pattern, read as the server reads it: `m\ysql` and `%` mean `mysql`, too.
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

/** Code from libraries, and servers to reach out to. */
async function unload(client: Client): Promise<void> {
  const functions = await client.rows<{ name: string }>('select name as name from mysql.func')
  for (const { name } of functions) await run(client, `drop function if exists ${quotedName(name)}`)
  const plugins = await client.rows<{ name: string }>('select name as name from mysql.plugin')
  for (const { name } of plugins) await run(client, `uninstall plugin ${quotedName(name)}`)
  for (const table of ['func', 'plugin']) await client.run(`delete from mysql.${table}`)
  const servers = await client.rows<{ name: string }>('select server_name as name from mysql.servers')
  for (const { name } of servers) await run(client, `drop server if exists ${quotedName(name)}`)
}

/** What acts as the administrator or the engine acts as nobody from now on. */
async function changeDefiners(client: Client): Promise<void> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  for (const each of [{ user: administrator, host: administratorHost }, ...all.filter(isEngines)])
    await changeDefiner(client, each, nobody)
  // Nothing of the engine's own acts as the engine, but for one view of MariaDB that nobody may look at.
  const acting = (what: string) =>
    client.rows<{ schema: string; name: string; kind: string }>(`${what} and security_type = 'DEFINER'`)
  const routines = await acting(
    'select routine_schema as `schema`, routine_name as name, routine_type as kind from information_schema.routines' +
      " where routine_schema in ('mysql', 'sys')",
  )
  for (const { schema, name, kind } of routines)
    await run(client, `alter ${kind} ${quotedName(schema)}.${quotedName(name)} sql security invoker`)
  const views = await acting(
    "select 'sys' as `schema`, table_name as name, 'view' as kind from information_schema.views where table_schema = 'sys'",
  )
  for (const { name } of views) await run(client, `drop view sys.${quotedName(name)}`)
}

/** The engine acts as these where it looks into itself; nobody logs in as them. */
async function lockEngineAccounts(client: Client): Promise<void> {
  const all = await client.rows<Account>(`select user as user, host as host from ${accountsTable(client)}`)
  for (const { user, host } of all.filter(isEngines)) {
    await client.run(`alter user ${account(user, host)} account lock`)
    if (client.isMariadb) await run(client, `revoke all privileges on *.* from ${account(user, host)}`)
  }
}
