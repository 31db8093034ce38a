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
  secret,
  secretFile,
  trace,
  userPassword,
} from './postgresql-bench.ts'
import { rootWays, ways } from './postgresql-ways.ts'

/** What the release before did for `POST /root` and `DELETE /users/ann`, word for word. */
const enableRootThen = `create role postgres superuser login password '${rootPassword}'`
const dropUserThen = (name: string) => [`reassign owned by ${name} to os_admin`, `drop owned by ${name}`]

const run = (name: string) =>
  `create function ${name}(what text) returns void language plpgsql security definer as $$ begin execute what; end $$`

for (const engine of await postgresqlUnderTest())
  describe(`an instance of an earlier release, ${engine.title}`, () => earlierRelease(engine))

function earlierRelease(engine: EngineUnderTest) {
  const instances: PostgresqlInstance[] = []
  let instance: PostgresqlInstance
  const as: PostgresqlInstance['as'] = (...words) => instance.as(...words)
  after(() => Promise.all(instances.map(each => each.remove())))

  /** With users ann, bob and joe in a database shop that belongs to the administrator, as they were made then. */
  beforeEach(async () => {
    instance = await postgresqlInstance(engine)
    instances.push(instance)
    await as('os_admin', 'postgres', 'create database shop template template0')
    await as('os_admin', 'postgres', 'revoke all on database shop from public')
    for (const name of ['ann', 'bob', 'joe']) {
      await as('os_admin', 'postgres', `create role ${name} login password '${userPassword}'`)
      await as('os_admin', 'shop', `grant all on schema public to ${name}`, `grant all on database shop to ${name}`)
    }
    await as('os_admin', 'postgres', enableRootThen)
  })

  /** Everything that a new instance refuses is refused. */
  async function assertLikeNew() {
    await assertIntact(instance)
    for (const attack of ways('bob')) await assertFails(instance, 'bob', attack)
    for (const attack of [...ways('postgres'), ...rootWays]) await assertFails(instance, 'postgres', attack)
  }

  test('its root is no superuser any more, keeps its password, and works in the databases there are', async () => {
    await as('bob', 'shop', 'create table bobs as select 7 as n')
    await instance.server.secure()
    deepEqual(await as('postgres', 'shop', 'create table roots (n int)', 'select n from bobs'), [{ n: 7 }])
    deepEqual(await instance.contents.users(), [
      { name: 'ann', databases: ['shop'] },
      { name: 'bob', databases: ['shop'] },
      { name: 'joe', databases: ['shop'] },
    ])
    await assertLikeNew()
  })

  test('what dropped users owned lost its power, in every database and of every kind', async () => {
    await as('os_admin', 'postgres', 'create database till')
    for (const database of ['shop', 'till', 'postgres', 'template1']) {
      await as(
        'os_admin',
        database,
        'grant all on schema public to ann, bob',
        `grant all on database ${database} to ann`,
      )
      await as('ann', database, ...kinds, run('rise'))
      await as('os_admin', database, ...dropUserThen('ann'))
      await as('bob', database, `select rise('alter role bob superuser')`, `select rise('alter role bob nosuperuser')`)
    }
    await as('os_admin', 'postgres', 'drop role ann')
    await instance.server.secure()
    for (const database of ['shop', 'till', 'postgres', 'template1']) {
      for (const name of ['rise', 'member'])
        await assert.rejects(as('bob', database, `select ${name}('alter role bob superuser')`), { code: '42501' })
      const ours = `select relname from pg_class where oid >= 16384 and relowner = 10 and relkind <> 't'
        union all select proname from pg_proc p where oid >= 16384 and proowner = 10 and ${isOwn('p.oid')}
        union all select typname from pg_type t where oid >= 16384 and typowner = 10 and typname !~ 'citext|multirange'
        union all select nspname from pg_namespace where oid >= 16384 and nspowner = 10 and nspname !~ '^pg_'`
      deepEqual(await as('os_admin', database, ours), [], database)
    }
    deepEqual(await as('postgres', 'shop', 'select n from goods'), [{ n: 1 }])
    await assertIntact(instance)
  })

  test('what a superuser prepared to come back by does not bring it back', async () => {
    await as('postgres', 'postgres', ...preparedInServer(instance))
    for (const database of ['shop', 'template1']) await as('postgres', database, ...preparedInDatabase)
    await as('postgres', 'postgres', 'alter database template0 allow_connections true')
    await as('postgres', 'template0', ...preparedInDatabase)
    await as('postgres', 'postgres', 'alter database template0 allow_connections false')
    deepEqual(await as('bob', 'shop', 'select internal_read($1)'.replace('$1', `'${secretFile}'`)), [
      { internal_read: `${secret}\n` },
    ])
    const settings = `select name from pg_file_settings where sourcefile like '%auto.conf'`
    deepEqual(await as('os_admin', 'postgres', settings), [{ name: 'work_mem' }])
    await instance.server.secure()
    await instance.contents.createDatabase({ name: 'copied' })
    await instance.contents.grant('bob', ['copied'])
    for (const database of ['shop', 'copied']) {
      for (const each of comingBack) await assert.rejects(as('bob', database, each), `${database}: ${each}`)
      deepEqual(await as('os_admin', database, 'select evtname from pg_event_trigger'), [])
    }
    deepEqual(await as('os_admin', 'postgres', settings), [])
    deepEqual(await as('os_admin', 'postgres', 'select slot_name from pg_replication_slots'), [])
    deepEqual(await as('os_admin', 'postgres', 'select parname from pg_parameter_acl'), [])
    deepEqual(await as('ann', 'shop', 'show search_path'), [{ search_path: 'app' }])
    await as('os_admin', 'shop', 'drop extension file_fdw, dblink cascade')
    await assertLikeNew()
    await instance.restart()
    await assertIntact(instance)
  })

  test('a superuser that makes another one again and again, on many connections, is through with it', async () => {
    await as('postgres', 'shop', run('rise'), 'alter function rise(text) owner to os_admin')
    let isOver = false
    let made = 0
    const attacker = async (user: string, number: number) => {
      while (!isOver) {
        const session = await instance.login(user, 'shop').catch(() => undefined)
        try {
          while (session && !isOver) {
            const text = `create role riser_${number}_${made++} superuser login; alter role ${user} superuser`
            await session.query('select rise($1)', [text])
            await session.query('alter database shop connection limit -1').catch(() => {})
          }
        } catch {
          // Thrown out, or without power; it comes back.
        }
        await session?.end().catch(() => {})
      }
    }
    const attackers = ['postgres', 'bob', 'joe', 'postgres'].map(attacker)
    while (made < 20) await as('os_admin', 'postgres', 'select 1')
    try {
      await instance.server.secure()
      await assertIntact(instance)
    } finally {
      isOver = true
      await Promise.all(attackers)
    }
    await assertIntact(instance)
  })

  test('a second time finds nothing, and ends no session', async () => {
    await instance.server.secure()
    const session = await instance.login('bob')
    await session.query('create table bobs (n int)')
    await instance.server.secure()
    equal((await session.query('select 7 as n')).rows[0].n, 7)
    await session.end()
  })

  test('its administrator gets another password, and the old one is worth nothing', async () => {
    await instance.server.changePassword('another word')
    await assert.rejects(instance.login('os_admin', 'postgres'), { code: '28P01' })
    equal(await instance.server.answers(), false)
  })
}

const isOwn = (number: string) => `not exists (select 1 from pg_depend d where d.objid = ${number} and deptype = 'e')`

/** One of each kind of thing that a user can own. */
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
  run('member'),
  'alter extension citext add function member(text)',
  'select lo_create(4711)',
]

const preparedInServer = ({ dataFolder }: PostgresqlInstance) => [
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
  // What ALTER SYSTEM left in a release that allowed it.
  `copy (select 'work_mem = ''2MB''') to '${dataFolder}/postgresql.auto.conf'`,
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
  `create foreign table secrets (line text) server files options (filename '${secretFile}')`,
  `create foreign table programs (line text) server files options (program 'touch ${trace}; echo x')`,
  'grant select on secrets, programs to public',
  'create extension dblink',
  'create extension citext',
  `create function member_read(text) returns text language internal as 'pg_read_file_all'`,
  'alter extension citext add function member_read(text)',
  `create function member_connect(text) returns text language c as '$libdir/dblink', 'dblink_connect'`,
  'alter extension citext add function member_connect(text)',
  `create function pg_catalog.hashtext(varchar) returns int language sql as 'select 1'`,
  'create cast (text as bytea) without function',
  'alter function pg_ls_dir(text) owner to bob',
  'alter default privileges for role os_admin grant all on tables to bob',
]

const comingBack = [
  `select rise('alter role bob superuser')`,
  `select internal_read('${secretFile}')`,
  `select pg_read_file('${secretFile}')`,
  'select rolpassword from pg_authid',
  `create function again(text) returns text language internal as 'pg_read_file_all'`,
  'select * from secrets',
  'select * from programs',
  `select dblink_connect('host=127.0.0.1')`,
  `select member_read('${secretFile}')`,
  `select member_connect('host=127.0.0.1')`,
  `select pg_ls_dir('/')`,
  `copy (select 1) to program 'touch ${trace}'`,
]
