import { administrator, quotedName } from './postgresql-connection.ts'
import { droppedUsers } from './postgresql-names.ts'

type Owned = Readonly<{ catalog: string; owner: string; condition?: string }>

/** A sequence of a column, a row type and an array have the owner of what they belong to. */
const owned: readonly Owned[] = [
  { catalog: 'pg_namespace', owner: 'nspowner', condition: `o.nspname !~ '^pg_(temp|toast)'` },
  {
    catalog: 'pg_class',
    owner: 'relowner',
    condition: `o.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and not exists (select 1 from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = o.oid and d.deptype in ('a', 'i') and o.relkind = 'S'
        and d.refclassid = 'pg_class'::regclass)`,
  },
  { catalog: 'pg_proc', owner: 'proowner' },
  {
    catalog: 'pg_type',
    owner: 'typowner',
    condition: `(o.typtype in ('b', 'd', 'e', 'r') or o.typtype = 'c' and exists (
        select 1 from pg_class c where c.oid = o.typrelid and c.relkind = 'c'))
      and not exists (select 1 from pg_type e where e.typarray = o.oid)`,
  },
  { catalog: 'pg_operator', owner: 'oprowner' },
  { catalog: 'pg_opclass', owner: 'opcowner' },
  { catalog: 'pg_opfamily', owner: 'opfowner' },
  { catalog: 'pg_conversion', owner: 'conowner' },
  { catalog: 'pg_collation', owner: 'collowner' },
  { catalog: 'pg_language', owner: 'lanowner' },
  { catalog: 'pg_foreign_server', owner: 'srvowner' },
  { catalog: 'pg_largeobject_metadata', owner: 'lomowner' },
  { catalog: 'pg_ts_dict', owner: 'dictowner' },
  { catalog: 'pg_ts_config', owner: 'cfgowner' },
  { catalog: 'pg_statistic_ext', owner: 'stxowner' },
  { catalog: 'pg_publication', owner: 'pubowner' },
]

/** The schema that everybody knows belongs to whoever owns the database. */
const publicSchema = 2200

/** What `alter … owner to` calls it. */
const kind = `case i.type when 'foreign-data wrapper' then 'foreign data wrapper' when 'statistics object' then 'statistics'
  when 'function' then 'routine' when 'aggregate' then 'routine' when 'procedure' then 'routine' else i.type end`
const catalogOf = (catalog: string) => (catalog === 'pg_largeobject_metadata' ? 'pg_largeobject' : catalog)

const statement = ({ catalog, owner, condition = 'true' }: Owned, newOwner: string, where: string) => `
  select format('alter %s %s owner to %s', ${kind}, i.identity, '${newOwner}')
  from ${catalog} o, pg_identify_object('${catalogOf(catalog)}'::regclass, o.oid, 0) i
  where ${condition} and ${where.replaceAll('OWNER', `pg_get_userbyid(o.${owner})`)}`

const member = (catalog: string) => `pg_depend d where d.classid = '${catalogOf(catalog)}'::regclass
  and d.objid = o.oid and d.deptype = 'e'`

/** Whoever installed an extension can make a function or view of its own a part of it. */
const runsAsOwner = (catalog: string) => ({ pg_class: 'true', pg_proc: 'o.prosecdef' })[catalog] ?? 'false'

/** An extension that anybody may install belongs to whoever did; its objects are PostgreSQL's. */
const untrustedExtension = `not exists (select 1 from pg_available_extension_versions v
  where v.name = e.extname and v.version = e.extversion and v.trusted)`

/** Statements that give tenants' things that fell to the administrator away, and take back what is PostgreSQL's own. */
export const ownerStatements: readonly string[] = [
  ...owned.map(each =>
    statement(
      each,
      quotedName(droppedUsers),
      `OWNER = '${administrator}' and o.oid >= 16384
        and (${runsAsOwner(each.catalog)} or not exists (select 1 from ${member(each.catalog)}))`,
    ),
  ),
  ...owned.map(each =>
    statement(each, administrator, `OWNER <> '${administrator}' and o.oid < 16384 and o.oid <> ${publicSchema}`),
  ),
  ...owned.map(each =>
    statement(
      each,
      administrator,
      `OWNER <> '${administrator}' and not (${runsAsOwner(each.catalog)}) and exists (select 1 from pg_extension e
        where e.oid in (select d.refobjid from ${member(each.catalog)}) and ${untrustedExtension})`,
    ),
  ),
  `select 'alter schema public owner to pg_database_owner' from pg_namespace
   where oid = ${publicSchema} and pg_get_userbyid(nspowner) = '${administrator}'`,
  `select format('alter foreign data wrapper %I owner to ${administrator}', fdwname) from pg_foreign_data_wrapper
   where pg_get_userbyid(fdwowner) <> '${administrator}'`,
]
