import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import type { DatabaseContents } from '../../src/ports/database-server.ts'
import type { Session } from '../engines/engine-bench.ts'
import type { EngineUnderTest } from '../engines/index.ts'
import { adminPassword, enginesOf, type Instance, openPlace } from './instance.ts'

const makeInstance = openPlace()
for (const engine of await enginesOf('mariadb', 'mysql')) {
  describe(`${engine.title} in a state that tenants prepared`, () => preparedGround(engine))
  describe(`names that are used again in ${engine.title}`, () => names(engine))
}

const lockName = ({ image }: EngineUnderTest) =>
  image.manager === 'mariadb'
    ? "select concat('trove-ts ', left(sha2(priv, 256), 40)) from mysql.global_priv where user = 'os_admin'"
    : "select concat('trove-ts ', left(sha2(authentication_string, 256), 40)) from mysql.user where user = 'os_admin'"

const isUnreachable = (error: unknown) => error instanceof Fault && error.status === 503

function preparedGround(engine: EngineUnderTest) {
  let instance: Instance
  let contents: DatabaseContents
  before(async () => {
    instance = await makeInstance(engine, {
      max_connections: '20',
      max_user_connections: '16',
      innodb_buffer_pool_size: '24M',
    })
    contents = instance.server.contents!
    for (const name of ['shop', 'other']) await contents.createDatabase({ name })
    for (const name of ['ann', 'bob']) await contents.createUser({ name, password: 'p', databases: ['shop', 'other'] })
    await instance.server.enableRoot('r')
  })
  after(() => instance.remove())

  /** Opens up to `max` sessions, as many as the server admits. */
  const openSessions = async (user: string, password: string, max: number): Promise<Session[]> => {
    const sessions: Session[] = []
    for (let count = 0; count < max; count++)
      await instance.as(user, password).then(
        session => sessions.push(session),
        () => {},
      )
    return sessions
  }
  const end = (sessions: readonly Session[]) => Promise.all(sessions.map(session => session.end()))

  test('a single user cannot take all connections', async () => {
    const sessions = await openSessions('ann', 'p', 30)
    assert.equal(sessions.length, 16)
    await instance.asks(['root', 'r'], 'select 1')
    await end(sessions)
  })

  test('when users have taken all connections, the service can still connect, and can disable root', async () => {
    const sessions = [...(await openSessions('ann', 'p', 30)), ...(await openSessions('bob', 'p', 30))]
    assert.equal(sessions.length, 20)
    await assert.rejects(instance.as('root', 'r'), /Too many connections/)
    const answers = await Promise.all([1, 2, 3].map(() => instance.server.answers()))
    assert.deepEqual(answers, [true, true, true])
    assert.equal(await contents.createUser({ name: 'eve', password: 'e', databases: ['shop'] }), undefined)
    assert.equal(await contents.dropUser('eve'), undefined)
    await instance.server.disableRoot()
    await end(sessions)
    await instance.server.enableRoot('r')
  })

  test('a lock with the old name, or with a guessed one, does not block changes', async () => {
    const session = await instance.as('ann', 'p')
    for (const name of ['trove-ts', 'trove-ts ']) assert.equal(await session.ask(`select get_lock('${name}', 0)`), 1)
    assert.equal(await contents.createDatabase({ name: 'unlocked' }), undefined)
    assert.equal(await contents.dropDatabase('unlocked'), undefined)
    await session.end()
  })

  test('a session that has found out the name of our lock and holds it is ended', async () => {
    const name = await instance.asAdministrator(lockName(engine))
    const session = await instance.as('ann', 'p')
    assert.equal(await session.ask(`select get_lock('${name}', 0)`), 1)
    assert.equal(await contents.createDatabase({ name: 'unlocked' }), undefined)
    assert.equal(await contents.dropDatabase('unlocked'), undefined)
    await assert.rejects(session.ask('select 1'))
  })

  test('a database can be dropped while a session in another database locks its tables', async () => {
    await contents.createDatabase({ name: 'held' })
    await contents.grant('ann', ['held'])
    const session = await instance.as('ann', 'p', 'other')
    for (const each of ['create table held.t (n int) engine = myisam', 'lock tables held.t write'])
      await session.ask(each)
    assert.equal(await contents.dropDatabase('held'), undefined)
    assert.ok(!(await contents.databases()).includes('held'))
  })

  test('long statements of other sessions do not use up memory of the service', async () => {
    const max = 15 * 1024 ** 2
    const sessions = await openSessions('ann', 'p', 4)
    const running = sessions.map(session =>
      session.ask(`select sleep(600) /* ${'x'.repeat(max)} */`).then(
        () => assert.fail('the statement ended by itself'),
        () => {},
      ),
    )
    const sleepingCount = "select count(*) from information_schema.processlist where state = 'User sleep'"
    while (Number(await instance.asAdministrator(sleepingCount)) < sessions.length);
    const before = process.memoryUsage().rss
    assert.equal(await contents.createUser({ name: 'eve', password: 'e', databases: ['shop'] }), undefined)
    await contents.dropUser('eve')
    assert.ok(process.memoryUsage().rss - before < max)
    await contents.dropUser('ann')
    await Promise.all(running)
    await contents.createUser({ name: 'ann', password: 'p', databases: ['shop', 'other'] })
  })

  test('a prepared transaction that is never ended does not block other changes', async () => {
    await instance.asks(
      ['ann', 'p', 'shop'],
      ...['create table t (n int)', "xa start 'x'", 'insert into t values (1)', "xa end 'x'", "xa prepare 'x'"],
    )
    assert.equal(await contents.createUser({ name: 'eve', password: 'e', databases: ['shop'] }), undefined)
    assert.equal(await contents.dropUser('eve'), undefined)
    const problem = await contents.dropDatabase('shop')
    assert.ok(problem === undefined || problem.kind === 'unusable')
    await instance.asAdministrator("xa rollback 'x'")
  })

  test('calls to a paused server fail within the deadline', async () => {
    process.kill(instance.pid, 'SIGSTOP')
    try {
      const since = performance.now()
      assert.equal(await instance.server.answers(), false)
      await assert.rejects(contents.users(), isUnreachable)
      await assert.rejects(instance.server.enableRoot('x'), isUnreachable)
      assert.ok(performance.now() - since < 40_000)
    } finally {
      process.kill(instance.pid, 'SIGCONT')
    }
    assert.equal(await instance.server.answers(), true)
  })

  test('a change fails within the deadline if the server is paused during it', async () => {
    const holder = await instance.as('os_admin', adminPassword)
    assert.equal(await holder.ask(`select get_lock((${lockName(engine)}), 0)`), 1)
    const since = performance.now()
    const change = assert.rejects(contents.createDatabase({ name: 'late' }), isUnreachable)
    const isWaiting = "select count(*) from information_schema.processlist where info like 'select get_lock%'"
    while (Number(await holder.ask(isWaiting)) === 0);
    process.kill(instance.pid, 'SIGSTOP')
    try {
      await change
      assert.ok(performance.now() - since < 35_000)
    } finally {
      process.kill(instance.pid, 'SIGCONT')
      await holder.end()
    }
  })
}

function names(engine: EngineUnderTest) {
  let instance: Instance
  let contents: DatabaseContents
  before(async () => {
    instance = await makeInstance(engine)
    contents = instance.server.contents!
    for (const name of ['shop', 'secret']) await contents.createDatabase({ name })
    await contents.createUser({ name: 'bob', password: 'p', databases: ['shop'] })
    await instance.asAdministrator('create table secret.t as select 7 as n')
  })
  after(() => instance.remove())

  const objects = (who: string) => [
    `create or replace procedure shop.look_${who}() select n from secret.t`,
    `create or replace function shop.seen_${who}() returns int return (select n from secret.t)`,
    `create or replace view shop.view_${who} as select shop.seen_${who}() as n`,
    `create or replace trigger shop.trigger_${who} before insert on shop.watched for each row set new.n = shop.seen_${who}()`,
    `create or replace event shop.event_${who} on schedule every 1 second do insert into shop.watched values (1)`,
  ]
  const prepare = async (who: string) => {
    await contents.createUser({ name: who, password: 'p', databases: ['shop'] })
    await instance.asks([who, 'p', 'shop'], 'create or replace table watched (n int)', ...objects(who))
  }
  const uses = (who: string) => [
    `call shop.look_${who}()`,
    `select shop.seen_${who}()`,
    `select * from shop.view_${who}`,
    'insert into shop.watched values (1)',
  ]
  const definers = (definer: string) =>
    instance.asAdministrator(
      `select (select count(*) from information_schema.routines where definer = '${definer}')` +
        ` + (select count(*) from information_schema.views where definer = '${definer}')` +
        ` + (select count(*) from information_schema.triggers where definer = '${definer}')` +
        ` + (select count(*) from information_schema.events where definer = '${definer}')`,
    )

  test('objects of a dropped user remain, and do not run as a new user of that name', async () => {
    await prepare('ann')
    await contents.dropUser('ann')
    await contents.createUser({ name: 'ann', password: 'new', databases: ['shop', 'secret'] })
    for (const each of uses('ann')) await assert.rejects(instance.asks(['bob', 'p'], each), /definer|denied/i)
    assert.equal(await definers('ann@%'), 0)
    assert.equal(await definers('trove-ts nobody@localhost'), 5)
    assert.equal(
      await instance.asAdministrator(
        "select count(*) from information_schema.events where definer = 'trove-ts nobody@localhost' and status = 'ENABLED'",
      ),
      0,
    )
    await instance.asAdministrator('drop trigger shop.trigger_ann')
  })

  test('nor do they if the user was dropped with SQL, or by an earlier release', async () => {
    await prepare('cat')
    await instance.asAdministrator("drop user cat@'%'")
    await contents.createUser({ name: 'cat', password: 'new', databases: ['shop', 'secret'] })
    for (const each of uses('cat'))
      await assert.rejects(instance.asks(['bob', 'p'], each), /definer|denied|view_cat' doesn't exist/i)
    await instance.asAdministrator('drop trigger shop.trigger_cat')
  })

  test('nor if another session locks a table of the views', async () => {
    await prepare('dan')
    await instance.asAdministrator("drop user dan@'%'", 'drop trigger shop.trigger_dan')
    const session = await instance.as('bob', 'p', 'shop')
    await session.ask('lock tables shop.watched write')
    await contents.createUser({ name: 'dan', password: 'new', databases: ['shop', 'secret'] }).finally(session.end)
    assert.equal(await definers('dan@%'), 0)
  })

  test('a renamed user keeps its objects, and a new user with the old name does not get them', async () => {
    await prepare('eve')
    await contents.changeUser('eve', { name: 'fay' })
    await contents.grant('fay', ['secret'])
    assert.equal(await definers('fay@%'), 5)
    assert.equal(await instance.asks(['bob', 'p'], 'call shop.look_eve()').then(() => 'called'), 'called')
    await instance.asAdministrator('drop trigger shop.trigger_eve')
  })

  test('a session under the old name is ended, and gets no rights of a new user with that name', async () => {
    await contents.createUser({ name: 'gil', password: 'p', databases: ['shop'] })
    const session = await instance.as('gil', 'p')
    await contents.changeUser('gil', { name: 'hal' })
    await contents.createUser({ name: 'gil', password: 'new', databases: ['secret'] })
    await assert.rejects(session.ask('select * from secret.t'))
  })
}
