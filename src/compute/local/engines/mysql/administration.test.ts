import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../../../../../test/engines/index.ts'
import type { Address } from '../../../../ports/compute.ts'
import type { DatabaseContents } from '../../../../ports/database-server.ts'
import { openLocalCompute } from '../../compute.ts'
import { asPattern, fromPattern } from './names.ts'

test('the pattern for a database matches only that database, and can be read back', () => {
  for (const name of ['shop', 'a_b', '100%', 'back\\slash', '\\_']) assert.equal(fromPattern(asPattern(name)), name)
  assert.equal(asPattern('a_b%'), 'a\\_b\\%')
})

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-mysql-'))
chmodSync(folder, 0o711)
const compute = openLocalCompute({ folder: join(folder, 'instances'), enginePath })
after(() => rmSync(folder, { recursive: true, force: true }))

for (const engine of await enginesUnderTest())
  if (['mariadb', 'mysql'].includes(engine.image.manager))
    describe(`guarantees that ${engine.title} does not give by itself`, () => ownGuarantees(engine))

function ownGuarantees({ image, bench }: EngineUnderTest) {
  const id = randomUUID()
  let contents: DatabaseContents
  let address: Address
  before(async () => {
    await compute.reserve(id, { vcpus: 1, ramMb: 128 })
    await compute.initialise(id, image.id, 'admin')
    await compute.configure(id, bench.settings)
    await compute.start(id)
    address = (await compute.observe(id)).address!
    contents = compute.server(image.manager, address, 'admin').contents!
  })
  after(() => compute.remove(id))
  const session = (user: string, password: string, database?: string) =>
    bench.connect({ address, user, password, database })
  const asAdministrator = async (statement: string) => {
    const administrator = await session('os_admin', 'admin')
    await administrator.ask(statement).finally(() => administrator.end())
  }

  test('a name is not treated as a pattern: a grant on a_b does not cover axb', async () => {
    for (const name of ['a_b', 'axb']) await contents.createDatabase({ name })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['a_b'] })
    await (await session('ann', 'a', 'a_b')).end()
    await assert.rejects(session('ann', 'a', 'axb'), /denied/)
    assert.deepEqual(await contents.users(), [{ name: 'ann', databases: ['a_b'] }])
  })

  test('a grant on a database that was dropped with SQL does not apply to a new one of its name', async () => {
    await contents.createDatabase({ name: 'shop' })
    await contents.createUser({ name: 'bob', password: 'b', databases: ['shop'] })
    await asAdministrator('drop database shop')
    assert.deepEqual((await contents.users()).find(({ name }) => name === 'bob')?.databases, [])
    await contents.createDatabase({ name: 'shop' })
    await assert.rejects(session('bob', 'b', 'shop'), /denied/)
  })

  test('a grant by root with an unescaped name is revoked as well', async () => {
    await contents.createDatabase({ name: 'c_d' })
    await contents.createUser({ name: 'bob2', password: 'b', databases: [] })
    await asAdministrator("grant all on c_d.* to bob2@'%'")
    assert.deepEqual((await contents.users()).find(({ name }) => name === 'bob2')?.databases, ['c_d'])
    assert.equal(await contents.revoke('bob2', 'c_d'), undefined)
    await assert.rejects(session('bob2', 'b', 'c_d'), /denied/)
    await contents.dropUser('bob2')
  })

  test('a database with an open transaction on its tables can be dropped', async () => {
    for (const name of ['busy', 'other']) await contents.createDatabase({ name })
    await contents.createUser({ name: 'eve', password: 'e', databases: ['busy', 'other'] })
    const eve = await session('eve', 'e', 'other')
    await eve.ask('create table busy.t (n int)')
    await eve.ask('begin')
    await eve.ask('insert into busy.t values (1)')
    assert.equal(await contents.dropDatabase('busy'), undefined)
    await eve.end()
  })

  test('the table of accounts has only our accounts and those of the engine, and ours connects from this machine', async () => {
    const administrator = await session('os_admin', 'admin')
    const names = await administrator.ask(
      "select group_concat(concat(user, '@', host) order by 1 separator '|') from mysql.user where user not in ('ann', 'bob', 'eve')",
    )
    await administrator.end()
    const strangers = String(names)
      .split('|')
      .filter(name => !/^(?:(?:mysql|mariadb)\.\w+|trove-ts (?:nobody|killer))@localhost$/.test(name))
    assert.deepEqual(strangers, ['os_admin@127.0.0.1'])
  })

  test('global settings that root changed do not change the meaning of our statements', async () => {
    await asAdministrator("set global sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
    const name = "O'Neil \\"
    assert.equal(await contents.createUser({ name, password: 'o', databases: [] }), undefined)
    assert.ok((await contents.users()).some(user => user.name === name))
    assert.equal(await contents.dropUser(name), undefined)
  })
}
