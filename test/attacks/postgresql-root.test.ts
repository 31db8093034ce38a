import { deepEqual, equal } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { EngineUnderTest } from '../engines/index.ts'
import {
  assertIntact,
  type PostgresqlInstance,
  postgresqlInstance,
  postgresqlUnderTest,
  rootPassword,
  userPassword,
} from './postgresql-bench.ts'

for (const engine of await postgresqlUnderTest())
  describe(`root of ${engine.title} has all rights inside the databases`, () => rightsOfRoot(engine))

function rightsOfRoot(engine: EngineUnderTest) {
  let instance: PostgresqlInstance
  before(async () => {
    instance = await postgresqlInstance(engine)
    await instance.contents.createDatabase({ name: 'shop' })
    await instance.contents.createUser({ name: 'ann', password: userPassword, databases: ['shop'] })
    await instance.as('ann', 'shop', 'create table goods as select 1 as n', 'create schema anns')
    await instance.server.enableRoot(rootPassword)
    await instance.contents.createUser({ name: 'bob', password: userPassword, databases: ['shop'] })
    await instance.as('bob', 'shop', 'create table bobs as select 2 as n')
  })
  after(() => instance.remove())
  const root = (database: string, ...statements: string[]) => instance.as('postgres', database, ...statements)

  const rights: Readonly<Record<string, readonly [database: string, ...statements: string[]]>> = {
    'can create, configure, rename and drop databases': [
      'postgres',
      'create database attic',
      `alter database attic set timezone = 'UTC'`,
      'alter database attic rename to cellar',
      'drop database cellar',
    ],
    'can create, grant and drop roles': [
      'shop',
      'create role reader',
      `create role zoe login password 'z' createdb createrole in role reader`,
      'grant reader to ann',
      'grant select on goods to reader',
      'drop owned by reader',
      'drop role zoe, reader',
    ],
    'can use the tables of a user who was created before root was enabled': [
      'shop',
      'insert into goods values (3)',
      'alter table goods add column m int',
      'create index on goods (n)',
      'alter table goods owner to postgres',
      'alter table goods owner to ann',
      'create table anns.of_root (n int)',
    ],
    'can use the tables of a user who was created after root was enabled': [
      'shop',
      'update bobs set n = 4',
      'truncate bobs',
    ],
    'can become a user': ['shop', 'set role ann', 'create table as_ann (n int)', 'drop table as_ann'],
    'can use objects of a role that it created': [
      'shop',
      'create role maker',
      // From PostgreSQL 16 on, root is a member already.
      'grant maker to postgres',
      'grant create on schema public to maker',
      'set role maker',
      'create table made (n int)',
      'reset role',
      'insert into made values (1)',
      'drop table made',
      'drop owned by maker',
      'drop role maker',
    ],
    'can change the password of a user': ['shop', `alter role ann password '${userPassword}'`],
    'can install and drop trusted extensions': [
      'shop',
      'create extension hstore',
      'create extension pgcrypto',
      'drop extension hstore, pgcrypto',
    ],
    'can create functions with its own rights, policies, and publications of tables': [
      'shop',
      'create function f() returns int language sql security definer return 1',
      'alter table goods enable row level security',
      'create policy p on goods using (false)',
      'table goods',
      'create publication some_goods for table goods',
      'drop publication some_goods',
      'alter table goods disable row level security',
    ],
    'can run a checkpoint': ['shop', 'checkpoint'],
    'can grant monitoring': ['shop', 'grant pg_monitor to ann', 'revoke pg_monitor from ann'],
    'can create tables in the common database': ['postgres', 'create table notes (t text)', 'drop table notes'],
  }
  for (const [title, [database, ...statements]] of Object.entries(rights))
    test(title, async () => {
      await root(database, ...statements)
      await assertIntact(instance)
    })

  test('can see the statements of a user, and end its sessions', async () => {
    const session = await instance.login('ann')
    await session.query('select 4711')
    const activity = `select query from pg_stat_activity where usename = 'ann' and query like '%4711%'`
    equal((await root('shop', activity)).length, 1)
    const ended = new Promise(resolve => session.once('end', resolve))
    await root('shop', `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ann'`)
    await ended
  })

  test('cannot see the statements of the service', async () => {
    const session = await instance.login('postgres')
    const change = instance.contents.changeUser('bob', { password: userPassword })
    const texts = await session.query(`select query from pg_stat_activity where usename = 'os_admin' and query <> ''`)
    await change
    await session.end()
    deepEqual(
      texts.rows.filter(({ query }) => /SCRAM/.test(query)),
      [],
    )
  })
}
