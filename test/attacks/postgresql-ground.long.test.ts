import assert, { deepEqual, equal, match } from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import type { EngineUnderTest } from '../engines/index.ts'
import {
  assertIntact,
  type PostgresqlInstance,
  postgresqlInstance,
  postgresqlUnderTest,
  rootPassword,
  userPassword,
} from './postgresql-bench.ts'

const deadlineMs = 30_000

/** Code that makes ann a superuser if the administrator runs it. */
const trap = `begin if current_user = 'os_admin' or session_user = 'os_admin' then
  execute 'alter role ann superuser'; end if;`

for (const engine of await postgresqlUnderTest())
  describe(`operations of the service inside ${engine.title}`, () => preparedGround(engine))

function preparedGround(engine: EngineUnderTest) {
  let instance: PostgresqlInstance
  before(async () => {
    instance = await postgresqlInstance(engine)
  })
  after(() => instance.remove())
  beforeEach(async () => {
    const { contents, server } = instance
    for (const name of await contents.databases()) await contents.dropDatabase(name)
    for (const { name } of await contents.users()) await contents.dropUser(name)
    await contents.createDatabase({ name: 'shop' })
    for (const name of ['ann', 'bob']) await contents.createUser({ name, password: userPassword, databases: ['shop'] })
    await server.enableRoot(rootPassword)
  })
  const as: PostgresqlInstance['as'] = (...words) => instance.as(...words)

  /** What PostgreSQL does before the first step of a drop that can be interrupted. */
  const interruptDrop = (name: string) =>
    as('os_admin', 'postgres', `update pg_database set datconnlimit = -2 where datname = '${name}'`)

  /** Runs all operations of the API on the prepared database. */
  async function runAllOperations() {
    const { contents, server } = instance
    equal(await server.answers(), true)
    equal(await contents.createUser({ name: 'eve', password: userPassword, databases: ['shop'] }), undefined)
    equal(await contents.changeUser('eve', { name: 'eva', password: userPassword }), undefined)
    equal(await contents.revoke('eva', 'shop'), undefined)
    equal(await contents.grant('eva', ['shop']), undefined)
    await server.enableRoot(rootPassword)
    equal(await contents.dropUser('eva'), undefined)
    equal(await contents.dropUser('bob'), undefined)
    await server.secure({ isNew: false })
    equal(await contents.dropDatabase('shop'), undefined)
    await assertIntact(instance)
  }

  /** Asserts that work fails within the deadline with a Fault of status 503 and this sentence. */
  async function assertGivesUp(work: Promise<unknown>, sentence: RegExp) {
    const start = performance.now()
    await assert.rejects(work, error => {
      assert.ok(error instanceof Fault, String(error))
      equal(error.status, 503)
      match(error.message, sentence)
      return true
    })
    assert.ok(performance.now() - start < deadlineMs)
  }

  const grounds: Readonly<Record<string, readonly string[]>> = {
    'settings of the database that change the role, the search path and the meaning of statements': [
      'alter database shop set role = ann',
      'alter database shop set search_path = public, pg_catalog',
      'alter database shop set default_transaction_read_only = on',
      `alter database shop set default_transaction_isolation = 'serializable'`,
      'alter database shop set exit_on_error = on',
      'alter database shop set transform_null_equals = on',
      'alter database shop set standard_conforming_strings = off',
      `alter database shop set local_preload_libraries = 'no_such_library'`,
    ],
    'settings of the database that limit the time of our sessions': [
      'alter database shop set statement_timeout = 1',
      'alter database shop set lock_timeout = 1',
      'alter database shop set idle_in_transaction_session_timeout = 1',
      'alter database shop set idle_session_timeout = 1',
    ],
    'no schema public': ['drop schema public cascade'],
    'a schema public that belongs to another user': ['alter schema public owner to ann'],
    'a database that allows no connections': ['alter database shop connection limit 0'],
    'functions and operators that shadow PostgreSQL’s own': [
      `create function public.trap() returns bool language plpgsql as $$ ${trap} return true; end $$`,
      ...['hashtext(text)', 'pg_advisory_lock(int)', 'set_config(text, text, bool)', 'array_remove(text[], text)'].map(
        signature => `create function public.${signature} returns bool language sql as 'select public.trap()'`,
      ),
      `create function public.same(name, text) returns bool language sql as 'select public.trap()'`,
      'create operator public.= (leftarg = name, rightarg = text, function = public.same)',
      'create operator public.<> (leftarg = name, rightarg = text, function = public.same)',
      'create view public.pg_roles as select public.trap() as rolname',
      'create view public.pg_database as select public.trap() as datname',
    ],
    'tables whose indexes, triggers and views run functions': [
      `create function public.trap(n int) returns int language plpgsql immutable as $$ ${trap} return n; end $$`,
      `create function public.trap() returns trigger language plpgsql as $$ ${trap} return new; end $$`,
      'set role bob',
      'create table goods as select 1 as n',
      'create index on goods (public.trap(n))',
      'create trigger trap before insert or update or delete on goods for each row execute function public.trap()',
      'create materialized view looked as select public.trap(n) from goods',
      'create domain sized as int check (public.trap(value) > 0)',
      'create table stock (n sized)',
      'create rule trapped as on update to goods do also select public.trap(1)',
      'create schema bobs',
      'create table bobs.goods (n int)',
      'alter default privileges in schema bobs grant all on tables to public',
      `select lo_create(4711)`,
    ],
  }
  for (const [title, statements] of Object.entries(grounds))
    test(`work with ${title}`, async () => {
      await as('postgres', 'shop', ...statements)
      await runAllOperations()
    })

  test('work while the drop of a database is interrupted: it is missing, and the next creation or drop removes it', async () => {
    const { contents } = instance
    equal(await contents.createDatabase({ name: 'half' }), undefined)
    equal(await contents.grant('ann', ['half']), undefined)
    await interruptDrop('half')
    deepEqual(await contents.databases(), ['shop'])
    deepEqual((await contents.users()).find(({ name }) => name === 'ann')?.databases, ['shop'])
    const missing = { kind: 'database missing', name: 'half' }
    deepEqual(await contents.revoke('ann', 'half'), missing)
    deepEqual(await contents.grant('ann', ['half']), missing)
    equal(await contents.createDatabase({ name: 'half' }), undefined)
    equal(await contents.grant('ann', ['half']), undefined)
    await interruptDrop('half')
    await instance.server.disableRoot()
    await runAllOperations()
    deepEqual(await contents.dropDatabase('half'), missing)
  })

  test('work after the owner of a database has closed it and made it a template', async () => {
    await as(
      'postgres',
      'postgres',
      'alter database shop allow_connections false',
      'alter database shop is_template true',
    )
    deepEqual(await instance.contents.databases(), ['shop'])
    await runAllOperations()
  })

  test('work with a limit on the time of transactions', async () => {
    if (instance.version >= 17) await as('postgres', 'shop', 'alter database shop set transaction_timeout = 1')
    await as('postgres', 'shop', 'alter role postgres set statement_timeout = 1')
    await runAllOperations()
    await as('os_admin', 'postgres', 'alter role postgres reset statement_timeout')
  })

  test('work while root holds all connections that it can get', async () => {
    const sessions = []
    for (;;)
      try {
        sessions.push(await instance.login('postgres', 'shop'))
      } catch (error) {
        equal((error as { code?: string }).code, '53300')
        break
      }
    equal(await instance.server.answers(), true)
    equal(await instance.contents.createUser({ name: 'eve', password: userPassword, databases: ['shop'] }), undefined)
    await instance.server.disableRoot()
    await Promise.all(sessions.map(each => each.end().catch(() => {})))
  })

  test('work while unfinished logins hold all connections', async () => {
    const { host, port } = instance.address
    const text = Buffer.from('user\0nobody\0database\0shop\0\0')
    const head = Buffer.alloc(8)
    head.writeInt32BE(8 + text.length, 0)
    head.writeInt32BE(3 << 16, 4)
    const sockets = Array.from({ length: 60 }, () => connect(port, host))
    for (const socket of sockets) socket.on('error', () => {}).write(Buffer.concat([head, text]))
    await Promise.all(
      sockets.map(socket => new Promise(resolve => socket.once('data', resolve).once('close', resolve))),
    )
    equal(await instance.server.answers(), true)
    for (const socket of sockets) socket.destroy()
  })

  test('do not wait for a lock that a tenant takes under our number', async () => {
    const sessions = await Promise.all(['shop', 'postgres'].map(database => instance.login('ann', database)))
    for (const session of sessions) await session.query(`select pg_advisory_lock(hashtext('trove-ts'))`)
    equal(await instance.contents.createDatabase({ name: 'till' }), undefined)
    await Promise.all(sessions.map(session => session.end()))
  })

  test('give up while root keeps a change of the same user open, and succeed afterwards', async () => {
    const session = await instance.login('postgres', 'postgres')
    await session.query('begin; alter role ann connection limit 5')
    await assertGivesUp(instance.contents.changeUser('ann', { password: 'new' }), /busy/)
    await session.query('rollback')
    await session.end()
    equal(await instance.contents.changeUser('ann', { password: userPassword }), undefined)
  })

  test('give up dropping a user while a session locks its table, and succeed afterwards', async () => {
    await as('ann', 'shop', 'create table goods (n int)', 'grant all on goods to bob')
    const session = await instance.login('bob')
    await session.query('begin; lock table goods')
    await assertGivesUp(instance.contents.dropUser('ann'), /busy/)
    await session.end()
    equal(await instance.contents.dropUser('ann'), undefined)
  })

  test('give up on a paused server', async () => {
    const pid = await instance.pid()
    process.kill(pid, 'SIGSTOP')
    try {
      const start = performance.now()
      equal(await instance.server.answers(), false)
      await assertGivesUp(instance.contents.createDatabase({ name: 'till' }), /does not answer/)
      assert.ok(performance.now() - start < deadlineMs)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    equal(await instance.server.answers(), true)
  })

  test('leave a function of a dropped user, which runs with the rights of its owner, without any rights', async () => {
    const run =
      'create function run(what text) returns void language plpgsql security definer as $$ begin execute what; end $$'
    await as(
      'ann',
      'shop',
      run,
      'create table anns as select 1 as n',
      'create view looked as select n from anns',
      'grant select on looked to bob',
    )
    await instance.contents.createDatabase({ name: 'till' })
    await instance.contents.grant('ann', ['till'])
    await as('ann', 'till', run, 'create table anns (n int)')
    await as('bob', 'shop', 'create table bobs (n int)', 'grant all on bobs to ann')
    equal(await instance.contents.dropUser('ann'), undefined)
    const runs = (statement: string) => as('bob', 'shop', `select run($w$${statement}$w$)`)
    for (const statement of [
      'alter role bob superuser',
      'create role riser',
      'alter database till connection limit 0',
      'alter database shop rename to gone',
      'grant postgres to bob',
      'insert into bobs values (1)',
      'create schema riser',
      'alter role "trove-ts dropped" login',
      `copy (select 1) to program 'true'`,
    ])
      await assert.rejects(runs(statement), { code: '42501' }, statement)
    deepEqual(await as('bob', 'shop', 'select n from looked'), [{ n: 1 }])
    deepEqual(await as('postgres', 'till', 'select * from anns'), [])
    await assertIntact(instance)
  })

  test('let root use objects of dropped users, and remove memberships that root grants to their new owner', async () => {
    const run =
      'create function run(what text) returns void language plpgsql security definer as $$ begin execute what; end $$'
    await as('ann', 'shop', run, 'create table anns as select 1 as n')
    await as('postgres', 'postgres', 'create role helper')
    await instance.contents.dropUser('ann')
    await as('postgres', 'postgres', 'grant helper to "trove-ts dropped"')
    await instance.contents.dropUser('bob')
    const members = `select 1 from pg_auth_members where member = (select oid from pg_roles where rolname = 'trove-ts dropped')`
    deepEqual(await as('os_admin', 'postgres', members), [])
    deepEqual(
      await as('postgres', 'shop', 'alter table anns owner to postgres', 'drop function run(text)', 'table anns'),
      [{ n: 1 }],
    )
  })

  test('keep trusted extensions from using functions that a user has prepared', async () => {
    const names = await as(
      'ann',
      'shop',
      `select distinct name from pg_available_extension_versions where trusted and superuser and name not like '%plperl%'
        and name not like 'pltcl%' and requires is null and name <> 'plpgsql'`,
    )
    assert.ok(names.length > 10)
    for (const signature of [
      'lower(text)',
      'array_to_string(text[], text)',
      'regexp_replace(text, text, text)',
      'format(text, text)',
    ])
      await as(
        'ann',
        'shop',
        `create function public.${signature} returns text language plpgsql as $$ ${trap} return 'x'; end $$`,
      )
    const inputFunction =
      'create function public.seg_in(cstring) returns int language plpgsql as $$ begin return 1; end $$'
    await assert.rejects(as('ann', 'shop', inputFunction))
    for (const { name } of names) await as('ann', 'shop', `create extension "${name}"`, `drop extension "${name}"`)
    await assertIntact(instance)
  })
}
