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
  describe(`root of ${engine.title} has every right inside the databases`, () => rightsOfRoot(engine))

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
    'makes, configures, renames and drops databases': [
      'postgres',
      'create database attic',
      `alter database attic set timezone = 'UTC'`,
      'alter database attic rename to cellar',
      'drop database cellar',
    ],
    'makes roles, hands them on, and drops them': [
      'shop',
      'create role reader',
      `create role zoe login password 'z' createdb createrole in role reader`,
      'grant reader to ann',
      'grant select on goods to reader',
      'drop owned by reader',
      'drop role zoe, reader',
    ],
    'works with the tables of a user made before it was enabled': [
      'shop',
      'insert into goods values (3)',
      'alter table goods add column m int',
      'create index on goods (n)',
      'alter table goods owner to postgres',
      'alter table goods owner to ann',
      'create table anns.of_root (n int)',
    ],
    'works with the tables of a user made after it was enabled': ['shop', 'update bobs set n = 4', 'truncate bobs'],
    'becomes a user': ['shop', 'set role ann', 'create table as_ann (n int)', 'drop table as_ann'],
    'works with what a role of its own made': [
      'shop',
      'create role maker',
      // From PostgreSQL 16 on, it is a member at once.
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
    'changes the password of a user': ['shop', `alter role ann password '${userPassword}'`],
    'installs and drops trusted extensions': [
      'shop',
      'create extension hstore',
      'create extension pgcrypto',
      'drop extension hstore, pgcrypto',
    ],
    'makes functions with its rights, policies and publications of tables': [
      'shop',
      'create function f() returns int language sql security definer return 1',
      'alter table goods enable row level security',
      'create policy p on goods using (false)',
      'table goods',
      'create publication some_goods for table goods',
      'drop publication some_goods',
      'alter table goods disable row level security',
    ],
    checkpoints: ['shop', 'checkpoint'],
    'hands on monitoring': ['shop', 'grant pg_monitor to ann', 'revoke pg_monitor from ann'],
    'makes tables in the database that everybody knows': [
      'postgres',
      'create table notes (t text)',
      'drop table notes',
    ],
  }
  for (const [what, [database, ...statements]] of Object.entries(rights))
    test(what, async () => {
      await root(database, ...statements)
      await assertIntact(instance)
    })

  test('sees what a user does, and ends its session', async () => {
    const session = await instance.login('ann')
    await session.query('select 4711')
    const seen = `select query from pg_stat_activity where usename = 'ann' and query like '%4711%'`
    equal((await root('shop', seen)).length, 1)
    const ended = new Promise(resolve => session.once('end', resolve))
    await root('shop', `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ann'`)
    await ended
  })

  test('does not see what the service does', async () => {
    const session = await instance.login('postgres')
    const changed = instance.contents.changeUser('bob', { password: userPassword })
    const texts = await session.query(`select query from pg_stat_activity where usename = 'os_admin' and query <> ''`)
    await changed
    await session.end()
    deepEqual(
      texts.rows.filter(({ query }) => /SCRAM/.test(query)),
      [],
    )
  })
}
