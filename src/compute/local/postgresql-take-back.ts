import type { Client } from 'pg'
import { administrator, quotedText, quotedTexts } from './postgresql-connection.ts'
import { ownerStatements } from './postgresql-owners.ts'

/** How many statements there were to run, and why one of them failed. */
export type Taken = Readonly<{ found: number; problem?: unknown }>

/** Runs the statements that queries find. One that fails is found again in the next pass. */
export async function runFound(client: Client, queries: readonly string[]): Promise<Taken> {
  let found = 0
  let problem: unknown
  for (const query of queries) {
    const { rows } = await client.query<[string]>({ text: query, rowMode: 'array' })
    found += rows.length
    for (const [statement] of rows)
      await client.query(statement).catch(error => {
        problem = error
      })
  }
  return { found, problem }
}

/** Objects that PostgreSQL itself was made with have a lower number. */
export const firstOfTenants = 16384
const isOfTenants = (number: string) => `${number} >= ${firstOfTenants}`

/** What belongs to one database. */
export async function takeBackInDatabase(client: Client): Promise<Taken> {
  // An owner of catalogs that was changed is changed back.
  await client.query('set allow_system_table_mods = on')
  return runFound(client, [
    // First what would run when something else is done.
    eventTriggers,
    preparedTransactions,
    subscriptions,
    slots,
    languages,
    functions,
    wrappers,
    intruders,
    casts,
    rights('pg_proc', 'oid', '0', 'proacl'),
    rights('pg_class', 'oid', '0', 'relacl'),
    rights('pg_attribute', 'attrelid', 'attnum', 'attacl'),
    definers,
    defaultRights,
    ...ownerStatements,
    labels,
  ])
}

const isMember = (catalog: string, number: string) => `exists (select 1 from pg_depend d
  where d.classid = '${catalog}'::regclass and d.objid = ${number} and d.deptype = 'e')`

/** One that came with an extension cannot be dropped alone. */
const eventTriggers = `
  select case when ${isMember('pg_event_trigger', 't.oid')} then format('alter event trigger %I disable', evtname)
    else format('drop event trigger %I cascade', evtname) end
  from pg_event_trigger t where not (evtenabled = 'D' and ${isMember('pg_event_trigger', 't.oid')})`

const preparedTransactions = `
  select format('rollback prepared %L', gid) from pg_prepared_xacts where database = current_database()`

/** Nothing is said to the other server, which may be anywhere. */
const subscriptions = `
  select format(step.statement, s.subname)
  from pg_subscription s, (values (1, 'alter subscription %I disable'),
    (2, 'alter subscription %I set (slot_name = none)'), (3, 'drop subscription %I')) step(number, statement)
  where s.subdbid = (select oid from pg_database where datname = current_database())
  order by s.subname, step.number`

const slots = `
  select format('select pg_drop_replication_slot(%L)', slot_name) from pg_replication_slots
  where not active and (database is null or database = current_database())`

/** In which everybody may write functions; a superuser can say so of any. */
const trusted = ['sql', 'plpgsql', 'plperl', 'pltcl']
const languages = `
  select format('update pg_language set lanpltrusted = false where oid = %s', oid) from pg_language
  where lanpltrusted and lanname not in (${quotedTexts(trusted)})`

/** Extensions that PostgreSQL comes with and that reach out of the server, whoever calls them. */
const outward = ['adminpack', 'dblink', 'file_fdw', 'plperlu', 'pltclu', 'plpython3u', 'postgres_fdw']
const gone = 'taken_back_by_trove_ts'

/**
 * Machine code that no extension brought, functions in languages that may do everything, and what reaches out. They stay,
 * with what depends on them, but whoever calls one gets an error: an internal function of this name does not exist.
 */
const functions = `
  select format('update pg_proc set prolang = 12, prosrc = %L, probin = null, prosqlbody = null,
    prosecdef = false where oid = %s', ${quotedText(gone)}, p.oid)
  from pg_proc p join pg_language l on l.oid = p.prolang
  left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  left join pg_extension e on e.oid = d.refobjid
  -- What a superuser made a part of a harmless extension: its name says nothing, where its code lies does.
  where ${isOfTenants('p.oid')} and p.prosrc <> ${quotedText(gone)} and not l.lanpltrusted
    and (e.oid is null or e.extname in (${quotedTexts(outward)}) or l.lanname not in ('c', 'internal')
      or l.lanname = 'c' and (p.probin !~ '^[$]libdir/[^/]+$' or substr(p.probin, 9) in (${quotedTexts(outward)}))
      or l.lanname = 'internal' and exists (select 1 from pg_proc b join pg_init_privs i
        on i.classoid = 'pg_proc'::regclass and i.objoid = b.oid
        where b.prosrc = p.prosrc and b.oid < ${firstOfTenants}))`

const wrappers = `
  select format('update pg_foreign_data_wrapper set fdwhandler = 0 where oid = %s', oid) from pg_foreign_data_wrapper
  where fdwhandler <> 0`

const identityOf = (catalog: string, number: string) =>
  `(select identity from pg_identify_object('${catalog}'::regclass, ${number}, 0))`

/** What was put among PostgreSQL's own, where every search finds it first. */
const intruders = `
  select format('drop routine if exists %s cascade', ${identityOf('pg_proc', 'p.oid')}) from pg_proc p
  where ${isOfTenants('p.oid')} and pronamespace = 'pg_catalog'::regnamespace and not ${isMember('pg_proc', 'p.oid')}
  union all
  select format('drop operator if exists %s cascade', ${identityOf('pg_operator', 'o.oid')}) from pg_operator o
  where ${isOfTenants('o.oid')} and oprnamespace = 'pg_catalog'::regnamespace and not ${isMember('pg_operator', 'o.oid')}
  union all
  select format('drop trigger %I on %s', tgname, tgrelid::regclass) from pg_trigger
  where tgrelid < ${firstOfTenants} and not tgisinternal
  union all
  select format('drop rule %I on %s', rulename, ev_class::regclass) from pg_rewrite r
  where ev_class < ${firstOfTenants} and ${isOfTenants('r.oid')}`

/** Only a superuser can say that one type is another. */
const casts = `
  select format('drop cast %s cascade', ${identityOf('pg_cast', 'c.oid')}) from pg_cast c
  where ${isOfTenants('c.oid')} and castmethod = 'b' and not ${isMember('pg_cast', 'c.oid')}`

/** Who may use PostgreSQL's own functions and tables, as it was when they were made. */
const rights = (catalog: string, number: string, part: string, column: string) => `
  select format('update ${catalog} set ${column} = %L where ${number} = %s${part === '0' ? '' : ` and ${part} = %s`}',
    i.initprivs, o.${number}, ${part === '0' ? '0' : `o.${part}`})
  from ${catalog} o left join pg_init_privs i
    on i.classoid = '${catalog === 'pg_attribute' ? 'pg_class' : catalog}'::regclass and i.objoid = o.${number}
      and i.objsubid = ${part === '0' ? '0' : `o.${part}`}
  where (o.${number} < ${firstOfTenants} or i.privtype = 'e') and o.${column} is distinct from i.initprivs`

const definers = `
  select format('update pg_proc set prosecdef = false where oid = %s', oid) from pg_proc
  where oid < ${firstOfTenants} and prosecdef`

/** What others would get of everything that we make. */
const defaultRights = `
  select distinct format('alter default privileges for role ${administrator}%s revoke all on %s from %s',
    case when defaclnamespace = 0 then '' else format(' in schema %I', nspname) end,
    case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
      when 'n' then 'schemas' else 'large objects' end,
    case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace, aclexplode(defaclacl)
  where pg_get_userbyid(defaclrole) = '${administrator}'
    and not (defaclobjtype in ('f', 'T') and defaclnamespace = 0 and grantee = 0)
    and pg_get_userbyid(grantee) <> '${administrator}'`

const labels = `select 'delete from pg_seclabel' where exists (select 1 from pg_seclabel)`
