import type { Client } from 'pg'
import {
  administrator,
  codeOf,
  commonDatabase,
  inDatabase,
  quotedName,
  quotedText,
  quotedTexts,
  type Target,
} from './connection.ts'
import { droppedUsers, ownDatabases, ownRoles, root } from './names.ts'
import { scramVerifier } from './password.ts'

/**
 * What root may hand out as well. Not among them: pg_read_all_data, which reads what is stored of our password, and
 * pg_maintain, which may lock every table, so that nobody could log in.
 */
const predefined = ['pg_monitor', 'pg_signal_backend', 'pg_checkpoint']

/** Before PostgreSQL 16, a role with CREATEROLE can make itself a member of any role that is not a superuser. */
export const hostRoles = [
  'pg_read_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
]

export async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int / 10000 as version`,
  )
  return rows[0]!.version
}

export const roleExists = async (client: Client, name: string): Promise<boolean> =>
  ((await client.query('select 1 from pg_roles where rolname = $1', [name])).rowCount ?? 0) > 0

/** The roles that everything else leans on; on PostgreSQL 15 root can drop or change the second one. */
export async function makeOwnRoles(client: Client): Promise<void> {
  const isBefore16 = (await versionOf(client)) < 16
  if (isBefore16)
    // Only a superuser may then make somebody a member of it, as from 16 on. Nobody can become it, or change it.
    await client.query(
      `update pg_authid set rolsuper = true where not rolsuper and rolname in (${quotedTexts(hostRoles)})`,
    )
  if (!(await roleExists(client, root))) await client.query(`create role ${root} nologin`)
  const dropped = quotedName(droppedUsers)
  if (!(await roleExists(client, droppedUsers))) await client.query(`create role ${dropped} nologin`)
  await client.query(
    `alter role ${dropped} nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit password null`,
  )
  for (const { group, grantor } of await groupsOf(client, droppedUsers))
    await client.query(`revoke ${quotedName(group)} from ${dropped} ${isBefore16 ? '' : grantedBy(grantor)}cascade`)
}

/** From PostgreSQL 16 on, each who granted it has to be named. */
const grantedBy = (grantor: string) => `granted by ${quotedName(grantor)} `

const groupsOf = async (client: Client, member: string): Promise<{ group: string; grantor: string }[]> =>
  (
    await client.query<{ group: string; grantor: string }>(
      `select g.rolname as group, coalesce(b.rolname, '') as grantor
       from pg_auth_members m join pg_roles g on g.oid = m.roleid left join pg_roles b on b.oid = m.grantor
       where m.member = (select oid from pg_roles where rolname = $1)`,
      [member],
    )
  ).rows

/** Root works with everything that a user has, and can hand that on. */
export async function putUnderRoot(client: Client, user: string): Promise<void> {
  const options = (await versionOf(client)) < 16 ? 'admin option' : 'admin true, inherit true, set true'
  await client.query(`grant ${quotedName(user)} to ${root} with ${options}`)
}

/** Gives root what it may do, and nothing else: docs/reference/root.md. Whether it can log in stays as it is. */
export async function shapeRoot(target: Target, client: Client): Promise<void> {
  await makeOwnRoles(client)
  const version = await versionOf(client)
  await client.query(
    `alter role ${root} nosuperuser inherit createrole createdb noreplication nobypassrls connection limit -1`,
  )
  await client.query(`grant ${predefined.join(', ')} to ${root} with admin option`)
  await client.query(`grant ${quotedName(droppedUsers)} to ${root}`)
  // From 16 on, a role is not a member of those that it creates, unless it says so.
  if (version >= 16) await client.query(`alter role ${root} set createrole_self_grant = 'set, inherit'`)
  const users = await client.query<{ name: string }>(
    `select rolname as name from pg_roles where rolname !~ '^pg_' and rolname not in (${quotedTexts(ownRoles)})`,
  )
  for (const { name } of users.rows)
    await putUnderRoot(client, name).catch(error => {
      // Root is a member the other way round already.
      if (codeOf(error) !== '0LP01') throw error
    })
  const owned = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname not in (${quotedTexts(ownDatabases)})
       and pg_get_userbyid(datdba) = '${administrator}'`,
  )
  for (const { name } of owned.rows) await client.query(`alter database ${quotedName(name)} owner to ${root}`)
  await client.query(`grant all on database ${commonDatabase} to ${root}`)
  await inDatabase(target, commonDatabase, inside => grantOnPublic(inside, root))
}

/** Does nothing in a database without the schema: who owns it may drop that. */
export const grantOnPublic = (client: Client, user: string): Promise<unknown> =>
  client.query(`grant all on schema public to ${quotedName(user)}`).catch(error => {
    if (codeOf(error) !== '3F000') throw error
  })

export async function enableRoot(target: Target, client: Client, password: string): Promise<void> {
  await shapeRoot(target, client)
  await client.query(`alter role ${root} login password ${quotedText(scramVerifier(password))} valid until 'infinity'`)
}

export async function disableRoot(client: Client): Promise<void> {
  if (!(await roleExists(client, root))) return
  await client.query(`alter role ${root} nologin password null`)
  await endSessions(client, root)
}

const endMs = 5_000

/** Those in all databases, or in one. */
export const endSessions = (client: Client, user: string, database?: string): Promise<unknown> =>
  client.query(
    `select pg_terminate_backend(pid, ${endMs}) from pg_stat_activity
     where usename = $1 and ($2::text is null or datname = $2)`,
    [user, database ?? null],
  )
