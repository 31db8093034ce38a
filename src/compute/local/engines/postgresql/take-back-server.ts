import type { Client } from 'pg'
import { administration, administrator, commonDatabase } from './account.ts'
import { quotedText } from './connection.ts'
import { hostRoles, versionOf } from './root.ts'
import { runFound, type TakeBackResult } from './take-back.ts'

/** Revokes what earlier releases granted in the server as a whole. */
export async function takeBackInServer(client: Client): Promise<TakeBackResult> {
  const version = await versionOf(client)
  const result = await runFound(client, [
    attributes(version),
    memberships(version),
    parameters,
    settings,
    databases,
    templates,
    slots,
  ])
  return { ...result, statementCount: result.statementCount + (await resetSystem(client)) }
}

const attributes = (version: number) => `
  select format('alter role %I nosuperuser noreplication nobypassrls', rolname) from pg_roles
  where (rolsuper or rolreplication or rolbypassrls) and rolname <> '${administrator}'
    and not (${version} < 16 and rolname in (${hostRoles.map(quotedText).join(', ')}))`

/** Predefined roles that give no access to the machine or to password verifiers. */
const harmless = [
  'pg_checkpoint',
  'pg_database_owner',
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_signal_autovacuum_worker',
  'pg_signal_backend',
  'pg_stat_scan_tables',
  'pg_write_all_data',
]

/** From PostgreSQL 16 on, a role can have the same membership several times, from several grantors. */
const memberships = (version: number) => `
  select format('revoke %I from %I ${version < 16 ? '' : 'granted by %I '}cascade', g.rolname, m.rolname, b.rolname)
  from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
  left join pg_roles b on b.oid = a.grantor
  where m.rolname !~ '^pg_' and (g.rolname = '${administrator}'
    or g.rolname ~ '^pg_' and g.rolname not in (${harmless.map(quotedText).join(', ')}))`

const dotted = (name: string) =>
  `(select string_agg(quote_ident(part), '.') from unnest(string_to_array(${name}, '.')) part)`
const grantee = `case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end`

const parameters = `
  select format('revoke all on parameter %s from %s cascade', ${dotted('parname')}, ${grantee})
  from pg_parameter_acl, aclexplode(paracl) where pg_get_userbyid(grantee) <> '${administrator}'`

/** Resets settings that only a superuser may set, and those of our own role. Other settings belong to the tenants. */
const settings = `
  select case
      when r.oid is null and d.oid is null then format('alter role all reset %s', ${dotted('s.name')})
      when r.oid is null then format('alter database %I reset %s', d.datname, ${dotted('s.name')})
      when d.oid is null then format('alter role %I reset %s', r.rolname, ${dotted('s.name')})
      else format('alter role %I in database %I reset %s', r.rolname, d.datname, ${dotted('s.name')}) end
  from (select setrole, setdatabase, split_part(unnest(setconfig), '=', 1) as name from pg_db_role_setting) s
  left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
  left join pg_settings g on lower(g.name) = lower(s.name)
  where r.rolname = '${administrator}' or g.context <> 'user'`

const databases = `
  select format('alter database %I owner to ${administrator}', datname) from pg_database
  where datname in ('template0', 'template1', '${commonDatabase}', '${administration}')
    and pg_get_userbyid(datdba) <> '${administrator}'`

const templates = `
  select format('alter database %I is_template true', datname) from pg_database
  where datname in ('template0', 'template1') and not datistemplate
  union all
  select 'alter database template0 allow_connections false' from pg_database where datname = 'template0' and datallowconn`

/**
 * Only a superuser could read replication slots, and nothing replicates from here. Meanwhile they keep log files that
 * fill the disk.
 */
const slots = `
  select format('select pg_drop_replication_slot(%L)', slot_name) from pg_replication_slots where not active`

/**
 * Resets the settings that ALTER SYSTEM wrote. A server that this release has started does not use them, since their
 * file is removed before a start; a server that an earlier release has started may.
 */
async function resetSystem(client: Client): Promise<number> {
  const { rowCount } = await client.query(
    `select 1 from pg_file_settings where sourcefile like '%/postgresql.auto.conf'
       and current_setting('allow_alter_system', true) is distinct from 'off'`,
  )
  if (!rowCount) return 0
  await client.query('alter system reset all')
  await client.query('select pg_reload_conf()')
  return rowCount
}
