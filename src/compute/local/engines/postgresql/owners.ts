import { administrator } from './account.ts'
import { quotedName } from './connection.ts'
import { droppedUsers } from './names.ts'
import { firstOfTenants, identified, isClosed, isMember } from './objects.ts'

type OwnedKind = Readonly<{ catalog: string; owner: string; condition?: string }>

/**
 * The catalogs of objects with owners. Sequences of columns, row types and arrays are left out: their owner follows
 * another object.
 */
const ownedKinds: readonly OwnedKind[] = [
  { catalog: 'pg_namespace', owner: 'nspowner', condition: `o.nspname !~ '^pg_(temp|toast)'` },
  {
    catalog: 'pg_class',
    owner: 'relowner',
    condition: `o.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and not exists (select 1 from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = o.oid and d.deptype in ('a', 'i') and o.relkind = 'S'
        and d.refclassid = 'pg_class'::regclass)`,
  },
  { catalog: 'pg_proc', owner: 'proowner', condition: `not ${isClosed('o')}` },
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

/** The schema `public`, which belongs to the owner of the database. */
const publicSchema = 2200

/** The keyword for the object in `alter … owner to`. */
const kind = `case i.type when 'statistics object' then 'statistics' when 'function' then 'routine'
  when 'aggregate' then 'routine' when 'procedure' then 'routine' else i.type end`

const statement = ({ catalog, owner, condition = 'true' }: OwnedKind, newOwner: string, where: string) => `
  select format('alter %s %s owner to %s', ${kind}, i.identity, '${newOwner}')
  from ${catalog} o, ${identified(catalog, 'o.oid')} i
  where ${condition} and ${where.replaceAll('OWNER', `o.${owner}`)}`

/** Condition: the function belongs to an extension that only a superuser can install. */
const ofUntrustedExtension = `exists (
  select 1 from pg_depend d join pg_extension e on e.oid = d.refobjid
  where d.classid = 'pg_proc'::regclass and d.objid = o.oid and d.deptype = 'e' and not exists (
    select 1 from pg_available_extension_versions v
    where v.name = e.extname and v.version = e.extversion and v.trusted))`

const functions = ownedKinds.find(({ catalog }) => catalog === 'pg_proc')!
/** Catalog tables (below 12000) are left out: only a superuser can write to them, whoever owns them. */
const changeable = ownedKinds.map(each =>
  each.catalog === 'pg_class' ? { ...each, condition: `${each.condition} and o.oid >= 12000` } : each,
)

/**
 * Queries for statements that correct owners: objects of tenants that fell to the administrator go to `droppedUsers`,
 * and PostgreSQL's own objects go back to the administrator. So do the functions of an extension that only a superuser
 * can install, because their owner, a superuser of an earlier release, may call all of them.
 */
export const ownerStatements: readonly string[] = [
  ...ownedKinds.map(each =>
    statement(
      each,
      quotedName(droppedUsers),
      `OWNER = 10 and o.oid >= ${firstOfTenants} and not ${isMember(each.catalog, 'o.oid')}`,
    ),
  ),
  ...changeable.map(each =>
    statement(each, administrator, `OWNER <> 10 and o.oid < ${firstOfTenants} and o.oid <> ${publicSchema}`),
  ),
  statement(functions, administrator, `OWNER <> 10 and ${ofUntrustedExtension}`),
  `select 'alter schema public owner to pg_database_owner' from pg_namespace where oid = ${publicSchema} and nspowner = 10`,
]
