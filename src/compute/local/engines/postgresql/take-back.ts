import type { Client } from 'pg'
import { administrator, quotedName, quotedTexts } from './connection.ts'
import { firstOfTenants, identityOf, isClosed, isMember } from './objects.ts'
import { ownerStatements } from './owners.ts'

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

/** What belongs to one database. */
export async function takeBackInDatabase(client: Client): Promise<Taken> {
  const intruders = await clearCatalog(client)
  const taken = await runFound(client, [
    eventTriggers,
    subscriptions,
    languages,
    functions,
    definers,
    casts,
    ...ownerStatements,
    functionRights,
    tableRights,
    columnRights,
  ])
  return { ...taken, found: taken.found + intruders }
}

const hidden = 'trove-ts hidden'

/**
 * What was put among PostgreSQL's own, where our statements would find it. Functions get another name, so that what uses
 * them goes on; operators have to be dropped. Every operator here has the very types of its sides and nothing else is
 * called, so that none of what is looked for can take part.
 */
async function clearCatalog(client: Client): Promise<number> {
  const strange = (catalog: string, namespace: string) => `
    o.oid >= '${firstOfTenants}'::oid and o.${namespace} = '11'::oid and not exists (select 1 from pg_depend d
      where d.classid = '${catalog}'::regclass::oid and d.objid = o.oid and d.deptype = 'e'::"char")`
  const functions = await client.query<{ oid: number; name: string; signature: string }>(
    `select o.oid, o.proname as name, o.oid::regprocedure as signature from pg_proc o
     where ${strange('pg_proc', 'pronamespace')}`,
  )
  const operators = await client.query<{ signature: string }>(
    `select o.oid::regoperator as signature from pg_operator o where ${strange('pg_operator', 'oprnamespace')}`,
  )
  const toHide = functions.rows.filter(({ name }) => !name.startsWith(hidden))
  for (const { signature } of operators.rows)
    await client.query(`drop operator if exists ${inCatalog(signature)} cascade`)
  for (const { oid, signature } of toHide)
    await client.query(`alter routine ${inCatalog(signature)} rename to ${quotedName(`${hidden} ${oid}`)}`)
  return toHide.length + operators.rows.length
}

/** A signature is written without a schema that is searched. */
const inCatalog = (signature: string) => `pg_catalog.${signature}`

/**
 * They would run with our rights: in our sessions, and while an extension that everybody may install is installed. Whoever
 * owns one could enable it again.
 */
const eventTriggers = `
  select format(step.statement, evtname)
  from pg_event_trigger, (values ('alter event trigger %I owner to ${administrator}'), ('alter event trigger %I disable'))
    step(statement)
  where evtenabled <> 'D' or evtowner <> 10`

/** Nothing is said to the other server, which may be anywhere. A database with a subscription cannot be dropped. */
const subscriptions = `
  select format(step.statement, s.subname)
  from pg_subscription s, (values (1, 'alter subscription %I disable'),
    (2, 'alter subscription %I set (slot_name = none)'), (3, 'drop subscription %I')) step(number, statement)
  where s.subdbid = (select oid from pg_database where datname = current_database())
  order by s.subname, step.number`

const untrusted = ['c', 'internal', 'plperlu', 'pltclu', 'plpython3u']
/** A superuser can call any language a trusted one, in which everybody may write functions. */
const isPowerful = `(not l.lanpltrusted or l.lanname in (${quotedTexts(untrusted)})
  or l.oid >= ${firstOfTenants} and not ${isMember('pg_language', 'l.oid')})`

const grantee = `case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end`

const languages = `
  select format('revoke all on language %I from %s cascade', lanname, ${grantee})
  from pg_language l, aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
  where l.lanpltrusted and ${isPowerful} and a.grantee <> l.lanowner`

/**
 * What reaches out of the databases, whoever calls it: machine code that came with no extension or type (except from the
 * libraries of extensions that everybody may install), languages that may do everything, foreign data wrappers, and dblink.
 * PostgreSQL does not start a function for somebody who may not make the settings that go with it, and only a superuser
 * may make this one. So it fails for all others, as a trigger or in an index too, and everything stays in its place.
 */
const functions = `
  select format(step.statement, ${identityOf('pg_proc', 'p.oid')})
  from pg_proc p join pg_language l on l.oid = p.prolang
  left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
  left join pg_extension e on e.oid = d.refobjid,
    (values (1, 'alter routine %s owner to ${administrator}'),
      (2, 'alter routine %s security invoker set log_statement = none')) step(number, statement)
  where p.oid >= ${firstOfTenants} and p.prokind <> 'a' and not ${isClosed('p')} and ${isPowerful} and (
    l.lanname not in ('c', 'internal')
    or e.extname = 'dblink'
    or p.oid in (select fdwhandler from pg_foreign_data_wrapper)
    or d.objid is null and not coalesce(p.probin in (
      select '$libdir/' || v.name from pg_available_extension_versions v where v.trusted), false))
  order by p.oid, step.number`

const definers = `
  select format('alter routine %s security invoker', ${identityOf('pg_proc', 'oid')}) from pg_proc
  where oid < ${firstOfTenants} and prosecdef`

/** Only a superuser can say that one of PostgreSQL's types is another, and so read the memory of the server. */
const casts = `
  select format('drop cast if exists %s cascade', ${identityOf('pg_cast', 'c.oid')}) from pg_cast c
  where c.oid >= ${firstOfTenants} and c.castmethod = 'b' and c.castsource < ${firstOfTenants} and c.casttarget < ${firstOfTenants}
    and not ${isMember('pg_cast', 'c.oid')}`

/** What PostgreSQL itself does not grant on its own functions and tables; the rest may be narrower than it was. */
const notInitially = (catalog: string, number: string, part: string) => `
  a.grantee <> 10 and exists (select 1 from pg_init_privs i where i.classoid = '${catalog}'::regclass
    and i.objoid = ${number} and i.objsubid = 0)
  and not exists (select 1 from pg_init_privs i, aclexplode(i.initprivs) b where i.classoid = '${catalog}'::regclass
    and i.objoid = ${number} and i.objsubid = ${part} and b.grantee = a.grantee and b.privilege_type = a.privilege_type)`

const functionRights = `
  select distinct format('revoke all on routine %s from %s cascade', ${identityOf('pg_proc', 'p.oid')}, ${grantee})
  from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where p.oid < ${firstOfTenants} and ${notInitially('pg_proc', 'p.oid', '0')}`

const tableRights = `
  select distinct format('revoke %s on table %s from %s cascade', a.privilege_type, c.oid::regclass, ${grantee})
  from pg_class c, aclexplode(c.relacl) a
  where c.oid < ${firstOfTenants} and ${notInitially('pg_class', 'c.oid', '0')}`

const columnRights = `
  select distinct format('revoke %s (%I) on table %s from %s cascade', a.privilege_type, t.attname, t.attrelid::regclass,
    ${grantee})
  from pg_attribute t, aclexplode(t.attacl) a
  where t.attrelid < ${firstOfTenants} and ${notInitially('pg_class', 't.attrelid', 't.attnum')}`

/**
 * Transactions that were prepared and change roles, functions or the like, which could be committed later, or that are in
 * the way of giving away what fell to us. Others of an application stay.
 */
export const preparedTransactions = `
  select format('rollback prepared %L', x.gid) from pg_prepared_xacts x
  where x.database = current_database() and exists (
    select 1 from pg_locks t join pg_locks l on l.virtualtransaction = t.virtualtransaction
    where t.locktype = 'transactionid' and t.transactionid = x.transaction
      and (l.relation < ${firstOfTenants} or l.relation in (select oid from pg_class where relowner = 10))
      and l.mode <> 'AccessShareLock')`
