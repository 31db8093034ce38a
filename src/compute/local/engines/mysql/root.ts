import { isAtLeast } from '../engine-image.ts'
import { account, accountsTable, allOf, databaseNames, identified, kill } from './accounts.ts'
import { administrator, type Client, quotedText } from './connection.ts'
import { superuser } from './names.ts'

/** May end sessions, nobody can log in as it, and it does nothing but run `mysql.kill_session`. */
export const killer = 'trove-ts killer'
const killerAccount = account(killer, 'localhost')

/**
 * KILL would need a right that reaches our sessions as well. Ids are never used again, so that nobody else gets the id in
 * between.
 */
const killProcedure = `create procedure mysql.kill_session(in session_id bigint unsigned) sql security definer
begin
  declare owner varchar(128);
  select user into owner from information_schema.processlist where id = session_id;
  if owner is null or owner in (${quotedText(administrator)}, 'unauthenticated user', 'system user', 'event_scheduler') then
    signal sqlstate '45000' set message_text = 'There is no session of a user with this id.';
  end if;
  kill session_id;
end`

const isThere = async (client: Client, user: string, host: string): Promise<boolean> => {
  const where = `user = ${quotedText(user)} and host = ${quotedText(host)}`
  return (await client.rows(`select 1 from ${accountsTable(client)} where ${where}`)).length > 0
}

const hasRoot = (client: Client) => isThere(client, superuser, '%')

/**
 * Whether a right to grant is no more than that: before, GRANT could change passwords, limits and encryption of any
 * account as well. MariaDB was tried in 10.11.
 */
const grantsOnly = ({ version, isMariadb }: Client) => isAtLeast(version.split('-')[0]!, isMariadb ? '10.11' : '8.0')

/** The last statement lets it in, with everything it may have. */
export async function enableRoot(client: Client, password: string): Promise<void> {
  await client.run(`create user if not exists ${account(superuser)} account lock`)
  await restrictRoot(client)
  await client.run(`alter user ${account(superuser)} ${identified(client, password)} account unlock`)
}

export async function disableRoot(client: Client): Promise<void> {
  if (!(await hasRoot(client))) return
  await client.run(`alter user ${account(superuser)} account lock`)
  await kill(client, ({ user }) => user === superuser)
}

/**
 * Takes whatever root has, and gives what docs/reference/root.md says. Every database by a pattern, but never with the
 * right to grant: with that it could grant a pattern that means the database `mysql`, where the accounts are. A row for
 * `mysql` itself goes before the pattern and holds next to nothing.
 */
export async function restrictRoot(client: Client): Promise<void> {
  if (!(await hasRoot(client))) return
  const root = account(superuser)
  await client.run(`revoke all privileges, grant option from ${root}`)
  // These rows come first: without them, the pattern would mean these databases as well.
  await client.run(`grant show view on mysql.* to ${root}`)
  await client.run(`grant select, execute, show view on sys.* to ${root}`)
  await client.run(`grant all privileges on \`%\`.* to ${root}`)
  await client.run(`grant process, show databases on *.* to ${root}`)
  for (const name of await databaseNames(client)) await letRootGrant(client, name)
  await makeKillProcedure(client)
  await client.run(`grant execute on procedure mysql.kill_session to ${root}`)
}

/** Root may pass on what it has in a database that we know of. */
export async function letRootGrant(client: Client, database: string): Promise<void> {
  if (grantsOnly(client) && (await hasRoot(client)))
    await client.run(`grant all privileges on ${allOf(database)} to ${account(superuser)} with grant option`)
}

async function makeKillProcedure(client: Client): Promise<void> {
  // One that is there may be somebody else's, with a password.
  await client.run(`drop user if exists ${killerAccount}`)
  await client.run(`create user ${killerAccount} account lock`)
  for (const right of killingRights(client)) await client.run(`grant ${right} on *.* to ${killerAccount}`)
  await client.run('drop procedure if exists mysql.kill_session')
  await client.run(killProcedure.replace('create ', `create definer = ${killerAccount} `))
  await client.run(`grant execute on procedure mysql.kill_session to ${killerAccount}`)
}

function killingRights({ version, isMariadb }: Client): string[] {
  const number = version.split('-')[0]!
  if (isMariadb) return ['process', isAtLeast(number, '10.5.2') ? 'connection admin' : 'super']
  return ['process', isAtLeast(number, '8.0') ? 'connection_admin' : 'super']
}
