import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { EngineUnderTest } from '../engines/index.ts'
import { enginesOf, type Instance, openPlace } from './instance.ts'
import { type Attempt, toReachOut, toRise } from './mysql-attempts.ts'

const makeInstance = openPlace()
for (const engine of await enginesOf('mariadb', 'mysql'))
  describe(`the protection inside ${engine.title}`, () => guarantees(engine))

/** Refusals of the servers. A mistake in an attempt, or a missing object, would cause another error. */
const refusal =
  /denied|not allowed|Unknown storage engine|read.only variable|system tables|Unknown system variable|Invalid role|Unknown table engine|you need/i

function guarantees(engine: EngineUnderTest) {
  let instance: Instance
  let outside: string
  before(async () => {
    instance = await makeInstance(engine)
    outside = join(instance.folder, 'outside')
    mkdirSync(outside)
    chmodSync(outside, 0o777)
    const contents = instance.server.contents!
    await instance.server.enableRoot('r')
    for (const name of ['shop', 'a_b']) await contents.createDatabase({ name })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
    await contents.createUser({ name: 'bob', password: 'b', databases: [] })
  })
  after(() => instance.remove())
  const root = ['root', 'r'] as const
  const ann = ['ann', 'a', 'shop'] as const

  const attempts = (who: readonly [string, string, string?], list: readonly Attempt[]) => {
    for (const [title, ...statements] of list)
      test(`${who[0]} cannot ${title}`, async () => {
        const session = await instance.as(...who)
        try {
          const [last, ...first] = statements.map(each => each.replace('FOLDER', outside)).reverse()
          for (const each of first.reverse()) await session.ask(each)
          await assert.rejects(session.ask(last!), refusal)
        } finally {
          await session.end()
        }
      })
  }
  for (const who of [root, ann]) {
    attempts(who, toRise)
    attempts(who, toReachOut)
    test(`${who[0]} cannot read files`, async () => {
      for (const file of ['/etc/passwd', join(instance.folder, 'instances')])
        assert.equal(await instance.asks(who, `select load_file('${file}')`), null)
    })
    for (const form of ['', 'engine = myisam', 'engine = aria'])
      test(`${who[0]} cannot place tables elsewhere, ${form || 'engine = innodb'}`, async () => {
        const elsewhere = `data directory = '${outside}'`
        await instance.asks(
          who,
          'drop table if exists shop.away, shop.parts',
          `create table shop.away (n int) ${form} ${elsewhere}`,
          `create table shop.parts (n int) ${form} partition by hash (n) (partition p0 ${elsewhere})`,
        )
        assert.deepEqual(readdirSync(outside), [])
      })
  }
  test('no attempt has written outside, and the service can still connect', async () => {
    assert.equal(existsSync(join(outside, 'written')), false)
    assert.equal(await instance.server.answers(), true)
    assert.deepEqual(
      (await instance.server.contents!.users()).map(({ name }) => name),
      ['ann', 'bob'],
    )
  })

  rootsRights(() => instance)
}

function rootsRights(current: () => Instance) {
  const root = ['root', 'r'] as const
  const allowedActions: Attempt[] = [
    [
      'make a database and work in it',
      'create database own',
      'create table own.t (n int)',
      'insert into own.t values (1)',
    ],
    [
      'make routines',
      'create procedure own.p() select 1',
      'call own.p()',
      'create function own.f() returns int return 1',
    ],
    ['make views, triggers and events', 'create view own.v as select * from own.t', 'select * from own.v'],
    ['make a trigger', 'create trigger own.tr before insert on own.t for each row set new.n = 2'],
    ['make an event', 'create event own.e on schedule every 1 day do delete from own.t'],
    ['drop them all', 'drop database own'],
    [
      'see the sessions and the status of the server',
      'show full processlist',
      'show engine innodb status',
      'show status',
    ],
    ['see the settings', 'show variables', 'select @@global.max_connections'],
    ['use the databases of others', 'create table if not exists shop.seen (n int)', 'select * from shop.seen'],
    ['grant a user access to a database', "grant select on shop.* to bob@'%'", "revoke select on shop.* from bob@'%'"],
    ['change its own password', "set password = password('r')"],
  ]
  for (const [title, ...statements] of allowedActions)
    test(`root can ${title}`, () =>
      current()
        .asks(root, ...statements)
        .then(() => {}))

  test('root can end sessions of users, and none of the service', async () => {
    const { as, asks, asAdministrator } = current()
    const [session, ours] = [await as('ann', 'a'), await as('os_admin', 'admin pass')]
    const [id, own] = [await session.ask('select connection_id()'), await ours.ask('select connection_id()')]
    await assert.rejects(asks(root, `kill ${own}`), /not owner/)
    await assert.rejects(asks(root, `kill ${id}`), /not owner/)
    await assert.rejects(asks(root, `call mysql.kill_session(${own})`), /no session of a user/)
    await assert.rejects(asks(['ann', 'a'], `call mysql.kill_session(${own})`), /denied/)
    await asks(root, `call mysql.kill_session(${id})`)
    await assert.rejects(session.ask('select 1'))
    assert.equal(await ours.ask('select 1'), 1)
    await ours.end()
    assert.equal(await asAdministrator('select 1'), 1)
  })

  test('root can grant rights on a database that was created through the service, on no other, and not by pattern', async () => {
    const { asks, server } = current()
    await asks(root, "grant all on `a\\_b`.* to bob@'%'", 'create database hidden')
    for (const pattern of ['a_b', 'a%', '%', 'hidden'])
      await assert.rejects(asks(root, `grant all on \`${pattern}\`.* to bob@'%'`), /denied/)
    assert.deepEqual((await server.contents!.users()).find(({ name }) => name === 'bob')?.databases, ['a_b'])
    await asks(root, 'drop database hidden')
  })

  test('root can grant rights on a database that was created while root is enabled, until it is dropped', async () => {
    const { asks, server } = current()
    await server.contents!.createDatabase({ name: 'later' })
    await asks(root, 'create table later.t (n int)', "grant all on later.* to bob@'%'")
    assert.equal(await server.contents!.dropDatabase('later'), undefined)
    await asks(root, 'create database later', 'create table later.t (n int)', 'drop database later')
    assert.deepEqual((await server.contents!.users()).find(({ name }) => name === 'bob')?.databases, ['a_b'])
  })

  test('grants by root on single tables or routines end with the database, and with the user’s access to it', async () => {
    const { asks, server } = current()
    const contents = server.contents!
    const prepare = ['create table small.t (n int)', 'create procedure small.p() select 1']
    await contents.createDatabase({ name: 'small' })
    const grants = ["grant select, insert (n) on small.t to bob@'%'", "grant execute on procedure small.p to bob@'%'"]
    await asks(root, ...prepare, ...grants)
    await asks(['bob', 'b'], 'insert into small.t (n) values (1)', 'select * from small.t', 'call small.p()')
    await contents.revoke('bob', 'small')
    for (const each of ['select * from small.t', 'call small.p()', 'insert into small.t (n) values (1)'])
      await assert.rejects(asks(['bob', 'b'], each), /denied/)
    await asks(root, ...grants)
    await contents.dropDatabase('small')
    await contents.createDatabase({ name: 'small' })
    await asks(root, ...prepare)
    for (const each of ['select * from small.t', 'call small.p()'])
      await assert.rejects(asks(['bob', 'b'], each), /denied/)
  })

  test('grants to all users end with the database', async () => {
    const { asks, asAdministrator, server } = current()
    const contents = server.contents!
    await contents.createDatabase({ name: 'open' })
    await asAdministrator('create table open.t (n int)')
    // Root can only do this if an earlier release granted it the right.
    await asAdministrator('grant all on open.* to public', 'grant select on open.t to public')
    await asks(['bob', 'b'], 'select * from open.t')
    await contents.dropDatabase('open')
    await contents.createDatabase({ name: 'open' })
    await asks(root, 'create table open.t (n int)')
    await assert.rejects(asks(['bob', 'b'], 'select * from open.t'), /denied/)
  })
}
