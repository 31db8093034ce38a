import type { Client } from 'pg'
import { administration, administrator, commonDatabase, quotedText } from './postgresql-connection.ts'
import { hostRoles, versionOf } from './postgresql-root.ts'
import { runFound, type Taken } from './postgresql-take-back.ts'

/** What belongs to the server as a whole. */
export async function takeBackInServer(client: Client): Promise<Taken> {
  const version = await versionOf(client)
  const taken = await runFound(client, [
    attributes(version),
    memberships(version),
    parameters,
    settings,
    databases,
    templates,
    tablespaces,
    tablespaceRights,
    labels,
  ])
  // Last, because a server does not start with prepared transactions or slots that its settings have no room for.
  const overruled = await takeBackSettingsFile(client)
  return { ...taken, found: taken.found + overruled }
}

const attributes = (version: number) => `
  select format('alter role %I nosuperuser noreplication nobypassrls', rolname) from pg_roles
  where (rolsuper or rolreplication or rolbypassrls) and rolname <> '${administrator}'
    and not (${version} < 16 and rolname in (${hostRoles.map(quotedText).join(', ')}))`

/** Predefined roles that give nothing of the machine, and no password. */
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

/** From PostgreSQL 16 on, somebody may be a member several times, by several grantors. */
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

/** A user may set what is set for itself, and the owner of a database for that; the rest was set by a superuser. */
const settings = `
  select case
      when r.oid is null and d.oid is null then format('alter role all reset %s', ${dotted('s.name')})
      when r.oid is null then format('alter database %I reset %s', d.datname, ${dotted('s.name')})
      when d.oid is null then format('alter role %I reset %s', r.rolname, ${dotted('s.name')})
      else format('alter role %I in database %I reset %s', r.rolname, d.datname, ${dotted('s.name')}) end
  from (select setrole, setdatabase, split_part(unnest(setconfig), '=', 1) as name from pg_db_role_setting) s
  left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
  left join pg_settings g on lower(g.name) = lower(s.name)
  where s.setrole = 0 and s.setdatabase = 0 or r.rolname = '${administrator}' or g.context <> 'user'
    or s.name in ('role', 'local_preload_libraries')`

const databases = `
  select format('alter database %I owner to ${administrator}', datname) from pg_database
  where datname in ('template0', 'template1', '${commonDatabase}', '${administration}')
    and pg_get_userbyid(datdba) <> '${administrator}'`

const templates = `
  select format('alter database %I is_template true', datname) from pg_database
  where datname in ('template0', 'template1') and not datistemplate
  union all
  select 'alter database template0 allow_connections false' from pg_database where datname = 'template0' and datallowconn`

/** Their data stay where they are; nobody puts more there. */
const tablespaces = `
  select format('alter tablespace %I owner to ${administrator}', spcname) from pg_tablespace
  where pg_get_userbyid(spcowner) <> '${administrator}'`
const tablespaceRights = `
  select format('revoke all on tablespace %I from %s cascade', spcname, ${grantee})
  from pg_tablespace, aclexplode(spcacl) where pg_get_userbyid(grantee) <> '${administrator}'`

const labels = `select 'delete from pg_shseclabel' where exists (select 1 from pg_shseclabel)`

/**
 * What ALTER SYSTEM wrote. The server empties the file itself: from PostgreSQL 17 on it is not allowed ALTER SYSTEM, and
 * a path that an instance can write to is not for us to open.
 */
async function takeBackSettingsFile(client: Client): Promise<number> {
  const { rows } = await client.query<{ path: string }>(
    `select current_setting('data_directory') || '/postgresql.auto.conf' as path
     where exists (select 1 from pg_file_settings where sourcefile like '%/postgresql.auto.conf')`,
  )
  for (const { path } of rows) {
    await client.query(`copy (select '# Settings of the instance come from the service.') to ${quotedText(path)}`)
    await client.query('select pg_reload_conf()')
  }
  return rows.length
}
