import { isAtLeast } from '../engine-image.ts'
import { administrator } from './account.ts'
import { account, accountsTable, allOf, databaseNames, identified, kill } from './accounts.ts'
import { type Client, quotedText } from './connection.ts'
import { superuser } from './names.ts'

/** A locked account that may end sessions. Only the procedure `mysql.kill_session` runs as it. */
export const killer = 'trove-ts killer'
const killerAccount = account(killer, 'localhost')

/**
 * Root gets this procedure instead of the right to KILL, which would cover our sessions as well. Session ids are never
 * reused, so the id cannot belong to another session by the time of the KILL.
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

const accountExists = async (client: Client, user: string, host: string): Promise<boolean> => {
  const where = `user = ${quotedText(user)} and host = ${quotedText(host)}`
  return (await client.rows(`select 1 from ${accountsTable(client)} where ${where}`)).length > 0
}

const hasRoot = (client: Client) => accountExists(client, superuser, '%')

/**
 * True if the right to grant allows nothing else. In earlier versions, GRANT can also change the password, limits and
 * encryption of any account. MariaDB was tested with 10.11.
 */
const grantsOnly = ({ version, isMariadb }: Client) => isAtLeast(version.split('-')[0]!, isMariadb ? '10.11' : '8.0')

/** Root can log in only after the last statement, when all its rights are in place. */
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
 * Revokes all rights of root and grants those in docs/reference/root.md. A pattern covers every database, but without
 * the right to grant: otherwise root could grant a pattern that matches the database `mysql`, which contains the
 * accounts. A separate row for `mysql` takes precedence over the pattern and grants almost nothing.
 */
export async function restrictRoot(client: Client): Promise<void> {
  if (!(await hasRoot(client))) return
  const root = account(superuser)
  await client.run(`revoke all privileges, grant option from ${root}`)
  // Without these rows, which take precedence, the pattern would cover these databases as well.
  await client.run(`grant show view on mysql.* to ${root}`)
  await client.run(`grant select, execute, show view on sys.* to ${root}`)
  await client.run(`grant all privileges on \`%\`.* to ${root}`)
  await client.run(`grant process, show databases on *.* to ${root}`)
  for (const name of await databaseNames(client)) await letRootGrant(client, name)
  await makeKillProcedure(client)
  await client.run(`grant execute on procedure mysql.kill_session to ${root}`)
}

/** Lets root grant its rights on a database that was created through this service. */
export async function letRootGrant(client: Client, database: string): Promise<void> {
  if (grantsOnly(client) && (await hasRoot(client)))
    await client.run(`grant all privileges on ${allOf(database)} to ${account(superuser)} with grant option`)
}

async function makeKillProcedure(client: Client): Promise<void> {
  // An existing account of this name may belong to a tenant and have a password.
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
