import type { Client } from 'pg'
import { administrator } from './account.ts'
import { quotedName, quotedTexts } from './connection.ts'
import { firstOfTenants, identityOf, isClosed, isMember } from './objects.ts'
import { ownerStatements } from './owners.ts'

/** The number of statements that were necessary, and the error of one that failed. */
export type TakeBackResult = Readonly<{ statementCount: number; problem?: unknown }>

/** Runs the statements that queries return. A statement that fails is returned again in the next pass. */
export async function runFound(client: Client, queries: readonly string[]): Promise<TakeBackResult> {
  let statementCount = 0
  let problem: unknown
  for (const query of queries) {
    const { rows } = await client.query<[string]>({ text: query, rowMode: 'array' })
    statementCount += rows.length
    for (const [statement] of rows)
      await client.query(statement).catch(error => {
        problem = error
      })
  }
  return { statementCount, problem }
}

/** Revokes what earlier releases granted in one database. */
export async function takeBackInDatabase(client: Client): Promise<TakeBackResult> {
  const foreignObjects = await clearCatalog(client)
  const result = await runFound(client, [
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
  return { ...result, statementCount: result.statementCount + foreignObjects }
}

const hidden = 'trove-ts hidden'

/**
 * Removes foreign functions and operators from `pg_catalog`, where our statements would use them. Functions are
 * renamed, so that objects that use them keep working; operators have to be dropped. These queries call no functions,
 * and the operands of every operator have exactly its types, so that the queries themselves cannot use a foreign one.
 *
 * @returns the number of foreign functions and operators
 */
async function clearCatalog(client: Client): Promise<number> {
  const isForeign = (catalog: string, namespace: string) => `
    o.oid >= '${firstOfTenants}'::oid and o.${namespace} = '11'::oid and not exists (select 1 from pg_depend d
      where d.classid = '${catalog}'::regclass::oid and d.objid = o.oid and d.deptype = 'e'::"char")`
  const functions = await client.query<{ oid: number; name: string; signature: string }>(
    `select o.oid, o.proname as name, o.oid::regprocedure as signature from pg_proc o
     where ${isForeign('pg_proc', 'pronamespace')}`,
  )
  const operators = await client.query<{ signature: string }>(
    `select o.oid::regoperator as signature from pg_operator o where ${isForeign('pg_operator', 'oprnamespace')}`,
  )
  const toHide = functions.rows.filter(({ name }) => !name.startsWith(hidden))
  for (const { signature } of operators.rows)
    await client.query(`drop operator if exists ${inCatalog(signature)} cascade`)
  for (const { oid, signature } of toHide)
    await client.query(`alter routine ${inCatalog(signature)} rename to ${quotedName(`${hidden} ${oid}`)}`)
  return toHide.length + operators.rows.length
}

/** PostgreSQL prints a signature without its schema if the schema is in the search path. */
const inCatalog = (signature: string) => `pg_catalog.${signature}`

/**
 * Event triggers would run with our rights: in our sessions, and during the installation of an extension that every
 * user may install. They also get another owner, because their owner could enable them again.
 */
const eventTriggers = `
  select format(step.statement, evtname)
  from pg_event_trigger, (values ('alter event trigger %I owner to ${administrator}'), ('alter event trigger %I disable'))
    step(statement)
  where evtenabled <> 'D' or evtowner <> 10`

/**
 * Drops subscriptions, because a database with one cannot be dropped. The other server, which may be anywhere, is not
 * contacted.
 */
const subscriptions = `
  select format(step.statement, s.subname)
  from pg_subscription s, (values (1, 'alter subscription %I disable'),
    (2, 'alter subscription %I set (slot_name = none)'), (3, 'drop subscription %I')) step(number, statement)
  where s.subdbid = (select oid from pg_database where datname = current_database())
  order by s.subname, step.number`

const untrusted = ['c', 'internal', 'plperlu', 'pltclu', 'plpython3u']
/**
 * Condition: code in this language can do anything. A superuser can declare any language trusted, which opens it to
 * every user.
 */
const isPowerful = `(not l.lanpltrusted or l.lanname in (${quotedTexts(untrusted)})
  or l.oid >= ${firstOfTenants} and not ${isMember('pg_language', 'l.oid')})`

const grantee = `case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end`

const languages = `
  select format('revoke all on language %I from %s cascade', lanname, ${grantee})
  from pg_language l, aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
  where l.lanpltrusted and ${isPowerful} and a.grantee <> l.lanowner`

/**
 * Closes functions that reach outside the databases, for every caller: machine code that does not belong to an
 * extension or type (except from libraries of extensions that every user may install), languages that can do anything,
 * foreign data wrappers, and dblink. A function only runs if its caller may change the settings attached to it, and
 * only a superuser may change `log_statement`. So it fails for all others, also as a trigger or in an index, while the
 * objects that use it remain.
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

/**
 * Drops binary casts between PostgreSQL's own types. Only a superuser can create them, and they make the server's
 * memory readable.
 */
const casts = `
  select format('drop cast if exists %s cascade', ${identityOf('pg_cast', 'c.oid')}) from pg_cast c
  where c.oid >= ${firstOfTenants} and c.castmethod = 'b' and c.castsource < ${firstOfTenants} and c.casttarget < ${firstOfTenants}
    and not ${isMember('pg_cast', 'c.oid')}`

/**
 * Condition: a right on PostgreSQL's own functions or tables that it does not grant itself. Missing rights are not
 * restored.
 */
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
 * Rolls back prepared transactions that changed roles, functions or similar, because they could be committed later, and
 * those that block the change of owners. Other prepared transactions of an application are kept.
 */
export const preparedTransactions = `
  select format('rollback prepared %L', x.gid) from pg_prepared_xacts x
  where x.database = current_database() and exists (
    select 1 from pg_locks t join pg_locks l on l.virtualtransaction = t.virtualtransaction
    where t.locktype = 'transactionid' and t.transactionid = x.transaction
      and (l.relation < ${firstOfTenants} or l.relation in (select oid from pg_class where relowner = 10))
      and l.mode <> 'AccessShareLock')`
