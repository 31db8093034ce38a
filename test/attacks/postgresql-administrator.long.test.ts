import assert, { deepEqual, equal } from 'node:assert/strict'
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
  describe(`the administrator of ${engine.title}`, () => administrator(engine))

function administrator(engine: EngineUnderTest) {
  let instance: PostgresqlInstance
  before(async () => {
    instance = await postgresqlInstance(engine, { max_prepared_transactions: '5', log_statement: 'all' })
    await instance.contents.createDatabase({ name: 'shop' })
    await instance.contents.createUser({ name: 'ann', password: userPassword, databases: ['shop'] })
  })
  after(() => instance.remove())
  const as: PostgresqlInstance['as'] = (...words) => instance.as(...words)

  test('is not blocked by a prepared transaction of root', async () => {
    await instance.server.enableRoot(rootPassword)
    await as('postgres', 'shop', 'begin', 'create table goods (n int)', `prepare transaction 'goods'`)
    equal(await instance.server.answers(), true)
    equal(await instance.contents.createUser({ name: 'eve', password: userPassword, databases: ['shop'] }), undefined)
    await as('postgres', 'shop', `rollback prepared 'goods'`)
  })

  test('rolls back prepared transactions that change roles or block changes of owners, and no others', async () => {
    await as('ann', 'shop', 'create table kept as select 1 as n', 'create table fallen as select 1 as n')
    await as('os_admin', 'shop', 'alter table fallen owner to os_admin', 'grant all on fallen to ann')
    await as('os_admin', 'shop', 'alter role postgres superuser')
    await as('postgres', 'shop', 'begin', 'alter role ann superuser', `prepare transaction 'rise'`)
    await as('ann', 'shop', 'begin', 'insert into kept values (2)', `prepare transaction 'order'`)
    await as('ann', 'shop', 'begin', 'insert into fallen values (2)', `prepare transaction 'late order'`)
    await instance.server.secure({ isNew: false })
    deepEqual(await as('ann', 'shop', 'select gid from pg_prepared_xacts'), [{ gid: 'order' }])
    await as('ann', 'shop', `commit prepared 'order'`)
    deepEqual(await as('ann', 'shop', 'select n from kept order by n'), [{ n: 1 }, { n: 2 }])
    await assertIntact(instance)
  })

  test('leaves no password and no verifier in the log, although every statement is logged', async () => {
    await as('ann', 'shop', `select 'ann was here'`)
    await instance.contents.changeUser('ann', { password: 'first secret' })
    await instance.server.enableRoot('second secret')
    await instance.server.changePassword('third secret')
    const log = instance.log()
    assert.match(log, /ann was here/)
    assert.doesNotMatch(log, /(first|second|third) secret|SCRAM-SHA-256/)
  })

  test('cannot log in with another password, nor with the old one after a change', async () => {
    await assert.rejects(instance.login('os_admin', 'postgres'), { code: '28P01' })
    equal(await instance.server.answers(), false)
  })
}
