import assert, { deepEqual, equal } from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import type { EngineUnderTest } from '../engines/index.ts'
import {
  assertFails,
  assertIntact,
  type PostgresqlInstance,
  postgresqlInstance,
  postgresqlUnderTest,
  rootPassword,
  trace,
  userPassword,
} from './postgresql-bench.ts'
import { rootWays, ways } from './postgresql-ways.ts'

/** The exact statements of the earlier release for `POST /root` and `DELETE /users/ann`. */
const earlierEnableRoot = `create role postgres superuser login password '${rootPassword}'`
const earlierDropUser = (name: string) => [`reassign owned by ${name} to os_admin`, `drop owned by ${name}`]

const run = (name: string) =>
  `create function ${name}(what text) returns void language plpgsql security definer as $$ begin execute what; end $$`

for (const engine of await postgresqlUnderTest())
  describe(`an instance of an earlier release, ${engine.title}`, () => earlierRelease(engine))

function earlierRelease(engine: EngineUnderTest) {
  const instances: PostgresqlInstance[] = []
  let instance: PostgresqlInstance
  const as: PostgresqlInstance['as'] = (...words) => instance.as(...words)
  after(() => Promise.all(instances.map(each => each.remove())))

  /**
   * Makes the users ann, bob and joe, and a database shop that belongs to the administrator, as the earlier release
   * did.
   */
  beforeEach(async () => {
    instance = await postgresqlInstance(engine)
    instances.push(instance)
    await as('os_admin', 'postgres', 'create database shop template template0')
    await as('os_admin', 'postgres', 'revoke all on database shop from public')
    for (const name of ['ann', 'bob', 'joe']) {
      await as('os_admin', 'postgres', `create role ${name} login password '${userPassword}'`)
      await as('os_admin', 'shop', `grant all on schema public to ${name}`, `grant all on database shop to ${name}`)
    }
    await as('os_admin', 'postgres', earlierEnableRoot)
  })

  /** Asserts that every attack that a new instance refuses is refused. */
  async function assertLikeNew() {
    await assertIntact(instance)
    for (const attack of ways('bob')) await assertFails(instance, 'bob', attack)
    for (const attack of [...ways('postgres'), ...rootWays]) await assertFails(instance, 'postgres', attack)
  }

  test('root is no longer a superuser, keeps its password, and can use the existing databases', async () => {
    await as('bob', 'shop', 'create table bobs as select 7 as n')
    await instance.server.secure({ isNew: false })
    deepEqual(await as('postgres', 'shop', 'create table roots (n int)', 'select n from bobs'), [{ n: 7 }])
    deepEqual(await instance.contents.users(), [
      { name: 'ann', databases: ['shop'] },
      { name: 'bob', databases: ['shop'] },
      { name: 'joe', databases: ['shop'] },
    ])
    await assertLikeNew()
  })

  test('objects of dropped users lose the rights of the administrator, in every database and for every kind', async () => {
    await as(
      'os_admin',
      'postgres',
      'create database till',
      'grant all on database till, postgres, template1 to ann, bob',
    )
    const databases = ['shop', 'till', 'postgres', 'template1']
    for (const database of databases) {
      await as('os_admin', database, 'grant all on schema public to ann, bob')
      await as('ann', database, ...kinds, run('rise'))
    }
    for (const database of databases) await as('os_admin', database, ...earlierDropUser('ann'))
    for (const database of databases)
      await as('bob', database, `select rise('alter role bob superuser')`, `select rise('alter role bob nosuperuser')`)
    await as('os_admin', 'postgres', 'drop role ann')
    await instance.server.secure({ isNew: false })
    for (const database of databases) {
      await assert.rejects(as('bob', database, `select rise('alter role bob superuser')`), { code: '42501' })
      const ours = `select name from (
          select oid, relname as name from pg_class where relowner = 10 and relkind <> 't'
          union all select oid, proname from pg_proc where proowner = 10
          union all select oid, typname from pg_type where typowner = 10 and typtype <> 'm' and typcategory <> 'A'
          union all select oid, nspname from pg_namespace where nspowner = 10 and nspname !~ '^pg_') o
        where oid >= 16384 and not exists (select 1 from pg_depend d where d.objid = o.oid and d.deptype = 'e')`
      deepEqual(await as('os_admin', database, ours), [], database)
    }
    deepEqual(await as('postgres', 'shop', 'select n from goods'), [{ n: 1 }])
    await assertIntact(instance)
  })

  test('legitimate objects of a superuser continue to work', async () => {
    await as(
      'postgres',
      'postgres',
      'alter database shop connection limit 7',
      `alter role all set timezone = 'Asia/Tokyo'`,
    )
    await as('postgres', 'shop', ...legitimateObjects)
    await instance.server.secure({ isNew: false })
    deepEqual(await as('bob', 'shop', `insert into goods values (2, 'Ébène')`, ...usesOfLegitimateObjects), [
      { plain: 'Ebene', total: '3', within: true, pair: '(1,2)', zone: 'Asia/Tokyo', spread: 'words 2' },
    ])
    await assert.rejects(as('bob', 'shop', 'select * from elsewhere'), { code: '42501' })
    const limit = `select datconnlimit from pg_database where datname = 'shop'`
    deepEqual(await as('os_admin', 'postgres', limit), [{ datconnlimit: 7 }])
    await instance.server.secure({ isNew: false })
    await assertIntact(instance)
  })

  test('backdoors of a superuser no longer work', async () => {
    await as('postgres', 'postgres', ...preparedInServer(instance.version))
    for (const database of ['shop', 'template1']) await as('postgres', database, ...preparedInDatabase)
    await as('postgres', 'postgres', 'alter database template0 allow_connections true')
    await as('postgres', 'template0', ...preparedInDatabase)
    await as('postgres', 'postgres', 'alter database template0 allow_connections false')
    deepEqual(await as('bob', 'shop', `select internal_read('PG_VERSION')`), [
      { internal_read: `${instance.version}\n` },
    ])
    await instance.server.secure({ isNew: false })
    await instance.contents.createDatabase({ name: 'copied' })
    await instance.contents.grant('bob', ['copied'])
    for (const database of ['shop', 'copied']) {
      for (const each of backdoorUses) await assert.rejects(as('bob', database, each), `${database}: ${each}`)
      const triggers = `select evtname from pg_event_trigger where evtenabled <> 'D' or evtowner <> 10`
      deepEqual(await as('os_admin', database, triggers), [])
    }
    const settings = `select name from pg_file_settings where sourcefile like '%auto.conf'`
    deepEqual(await as('os_admin', 'postgres', settings), [])
    deepEqual(await as('os_admin', 'postgres', 'select slot_name from pg_replication_slots'), [])
    deepEqual(await as('os_admin', 'postgres', 'select parname from pg_parameter_acl'), [])
    deepEqual(await as('ann', 'shop', 'show search_path'), [{ search_path: 'app' }])
    // The scripts of this extension run with the rights of the administrator.
    await as('bob', 'shop', 'create extension citext')
    await as('os_admin', 'shop', 'drop extension file_fdw, dblink cascade')
    await assertLikeNew()
    await instance.restart()
    await assertIntact(instance)
  })

  test('superusers that keep creating others, on many connections, are locked out', async () => {
    await as('postgres', 'shop', run('rise'), 'alter function rise(text) owner to os_admin')
    let isOver = false
    let attempts = 0
    const attacker = async (user: string, number: number) => {
      while (!isOver) {
        const session = await instance.login(user, 'shop').catch(() => undefined)
        try {
          while (session && !isOver) {
            const text = `create role riser_${number}_${attempts++} superuser login; alter role ${user} superuser`
            await session.query('select rise($1)', [text])
            await session.query('alter database shop connection limit -1').catch(() => {})
          }
        } catch {
          // The session was ended, or has lost its rights; the attacker connects again.
        }
        await session?.end().catch(() => {})
      }
    }
    const attackers = ['postgres', 'bob', 'joe', 'postgres'].map(attacker)
    while (attempts < 20) await as('os_admin', 'postgres', 'select 1')
    try {
      await instance.server.secure({ isNew: false })
      await assertIntact(instance)
    } finally {
      isOver = true
      await Promise.all(attackers)
    }
    await assertIntact(instance)
  })

  test('securing again finds nothing, and ends no session', async () => {
    await instance.server.secure({ isNew: false })
    const session = await instance.login('bob')
    await session.query('create table bobs (n int)')
    await instance.server.secure({ isNew: false })
    equal((await session.query('select 7 as n')).rows[0].n, 7)
    await session.end()
  })
}

/** One object of each kind that a user can own. */
const kinds = [
  'create table goods as select 1 as n',
  'create table counted (n serial primary key)',
  'create table parted (n int) partition by range (n)',
  'create view looked as select n from goods',
  'create materialized view kept as select n from goods',
  'create sequence numbers',
  'create schema anns',
  'create table anns.inner_goods (n int)',
  'create type pair as (a int, b int)',
  `create type mood as enum ('good')`,
  'create type span as range (subtype = int4)',
  'create domain small as int check (value < 10)',
  `create function same(int, int) returns bool language sql as 'select $1 = $2'`,
  'create operator === (leftarg = int, rightarg = int, function = same)',
  `create procedure nothing() language sql as ''`,
  'create aggregate total(int) (sfunc = int4pl, stype = int)',
  'create collation plain from "C"',
  'create text search configuration words (copy = simple)',
  'create text search dictionary dull (template = simple)',
  'create statistics together on n, (n + 1) from goods',
  'create publication offered for table goods',
  'create extension citext',
  'select lo_create(4711)',
]

const legitimateObjects = [
  'create extension unaccent',
  'create extension pg_stat_statements',
  'create extension postgres_fdw',
  // This form is recommended for indexes.
  `create function plain(regdictionary, text) returns text language c immutable strict as '$libdir/unaccent', 'unaccent_dict'`,
  'create table goods (n int, name text)',
  `create index on goods (plain('unaccent', name))`,
  'create aggregate total(int) (sfunc = int4_sum, stype = int8)',
  'create type span as range (subtype = int4)',
  'create type pair as (a int, b int)',
  'create function twice() returns int language sql security definer return 2',
  `create function note() returns trigger language plpgsql as $$ begin new.n := new.n + 1; return new; end $$`,
  'create trigger note before insert on goods for each row execute function note()',
  'create view looked as select * from goods',
  'create server elsewhere foreign data wrapper postgres_fdw',
  'create foreign table elsewhere (n int) server elsewhere',
  `create function pg_catalog.words(int) returns text language sql immutable return 'words ' || $1`,
  'create view worded as select words(2)',
  `create function spread() returns text language sql as 'select words from worded'`,
  'grant all on all tables in schema public to bob',
]

const usesOfLegitimateObjects = [
  `select plain('unaccent', name) as plain, (select total(n) from looked) as total, span(1, 5) @> 3 as within,
     (1, 2)::pair::text as pair, current_setting('timezone') as zone, (select spread() from (values (twice())) t) as spread
   from goods`,
]

const preparedInServer = (version: number) => [
  'create role other superuser login',
  `create role joined login`,
  'grant pg_execute_server_program, pg_read_server_files, pg_write_server_files, pg_read_all_data to bob',
  'grant os_admin to joe',
  'alter role joe replication bypassrls',
  'alter role ann set search_path = app',
  `alter role os_admin set search_path = public`,
  `alter role bob set log_statement = 'all'`,
  'alter role all set role = postgres',
  `alter database shop set log_statement = 'none'`,
  'alter database postgres owner to bob',
  'grant set, alter system on parameter archive_command, log_statement to bob',
  `select pg_create_physical_replication_slot('theirs')`,
  // An earlier release allowed ALTER SYSTEM, whose file may remain.
  `copy (select 'work_mem = ''2MB''') to '/dev/null'`,
  ...(version < 17 ? [`alter system set work_mem = '2MB'`] : []),
]

const preparedInDatabase = [
  run('rise'),
  'alter function rise(text) owner to os_admin',
  `create function internal_read(text) returns text language internal as 'pg_read_file_all'`,
  `create function counted() returns event_trigger language plpgsql as $$
    begin if current_user = 'os_admin' then execute 'alter role bob superuser'; end if; end $$`,
  'create event trigger counted on ddl_command_start execute function counted()',
  'grant execute on function pg_read_file(text) to public',
  'grant select on pg_authid to public',
  `update pg_language set lanpltrusted = true where lanname = 'c' or lanname = 'internal'`,
  'grant usage on language internal, c to public',
  'create extension file_fdw',
  'create server files foreign data wrapper file_fdw',
  `create foreign table secrets (line text) server files options (filename 'PG_VERSION')`,
  `create foreign table programs (line text) server files options (program 'touch ${trace}; echo x')`,
  'grant select on secrets, programs to public',
  'create extension dblink',
  `create function pg_catalog.hashtext(varchar) returns int language sql as 'select 1'`,
  'create cast (text as bytea) without function',
  'alter function pg_ls_dir(text) owner to bob',
  'alter default privileges for role os_admin grant all on tables to bob',
]

const backdoorUses = [
  `select rise('alter role bob superuser')`,
  `select internal_read('PG_VERSION')`,
  `select pg_read_file('PG_VERSION')`,
  'select rolpassword from pg_authid',
  `create function again(text) returns text language internal as 'pg_read_file_all'`,
  'select * from secrets',
  'select * from programs',
  `select dblink_connect('host=127.0.0.1')`,
  `select pg_ls_dir('/')`,
  `copy (select 1) to program 'touch ${trace}'`,
]
