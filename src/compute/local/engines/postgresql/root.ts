import type { Client } from 'pg'
import { administrator, commonDatabase } from './account.ts'
import { codeOf, inDatabase, quotedName, quotedText, quotedTexts, type Target } from './connection.ts'
import { droppedUsers, ownDatabases, ownRoles, root } from './names.ts'
import { scramVerifier } from './password-hash.ts'

/**
 * The predefined roles that root may grant to others. Two are left out: pg_read_all_data can read the verifier of our
 * password, and pg_maintain can lock every table, which would prevent all logins.
 */
const predefined = ['pg_monitor', 'pg_signal_backend', 'pg_checkpoint']

/**
 * The predefined roles with access to the machine or to all data. Before PostgreSQL 16, a role with CREATEROLE can make
 * itself a member of any role that is not a superuser.
 */
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

/**
 * Creates the roles that everything else relies on. Runs often, because root can drop or change `droppedUsers` on
 * PostgreSQL 15.
 */
export async function makeOwnRoles(client: Client): Promise<void> {
  const isBefore16 = (await versionOf(client)) < 16
  if (isBefore16)
    // As superusers, they can only be granted by a superuser, as from 16 on. They cannot log in or be changed by others.
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

/** From PostgreSQL 16 on, the grantor of each membership must be named. */
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

/** Makes root a member of a user's role, so that it can use the user's rights and objects and grant them to others. */
export async function putUnderRoot(client: Client, user: string): Promise<void> {
  const options = (await versionOf(client)) < 16 ? 'admin option' : 'admin true, inherit true, set true'
  await client.query(`grant ${quotedName(user)} to ${root} with ${options}`)
}

/** Gives root exactly the rights in docs/reference/root.md. Does not change whether it can log in. */
export async function shapeRoot(target: Target, client: Client): Promise<void> {
  await makeOwnRoles(client)
  const version = await versionOf(client)
  await client.query(
    `alter role ${root} nosuperuser inherit createrole createdb noreplication nobypassrls connection limit -1`,
  )
  await client.query(`grant ${predefined.join(', ')} to ${root} with admin option`)
  await client.query(`grant ${quotedName(droppedUsers)} to ${root}`)
  // From 16 on, a role is a member of the roles that it creates only with this setting.
  if (version >= 16) await client.query(`alter role ${root} set createrole_self_grant = 'set, inherit'`)
  const users = await client.query<{ name: string }>(
    `select rolname as name from pg_roles where rolname !~ '^pg_' and rolname not in (${quotedTexts(ownRoles)})`,
  )
  for (const { name } of users.rows)
    await putUnderRoot(client, name).catch(error => {
      // The user is already a member of root, and memberships cannot be circular.
      if (codeOf(error) !== '0LP01') throw error
    })
  const ownDatabaseRows = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname not in (${quotedTexts(ownDatabases)})
       and pg_get_userbyid(datdba) = '${administrator}'`,
  )
  for (const { name } of ownDatabaseRows.rows) await client.query(`alter database ${quotedName(name)} owner to ${root}`)
  await client.query(`grant all on database ${commonDatabase} to ${root}`)
  await inDatabase(target, commonDatabase, inside => grantOnPublic(inside, root))
}

/** Does nothing if the schema does not exist, because the owner of the database may have dropped it. */
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

/** Ends the sessions of a user in all databases, or in one. */
export const endSessions = (client: Client, user: string, database?: string): Promise<unknown> =>
  client.query(
    `select pg_terminate_backend(pid, ${endMs}) from pg_stat_activity
     where usename = $1 and ($2::text is null or datname = $2)`,
    [user, database ?? null],
  )
