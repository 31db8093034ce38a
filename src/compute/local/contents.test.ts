import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SqlBench } from '../../../test/engines/engine-bench.ts'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../../../test/engines/index.ts'
import type { Address } from '../../ports/compute.ts'
import type { DatabaseContents, DatabaseServer } from '../../ports/database-server.ts'
import { hasContents } from '../../rules/instance/engine-contents.ts'
import { openLocalCompute } from './compute.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-contents-'))
chmodSync(folder, 0o711)
const compute = openLocalCompute({ folder: join(folder, 'instances'), enginePath })
after(() => rmSync(folder, { recursive: true, force: true }))

for (const engine of await enginesUnderTest())
  if (hasContents(engine.image.manager))
    describe(`the databases and users of ${engine.title}`, () => contentsGuarantees(engine))

function contentsGuarantees({ image, ...under }: EngineUnderTest) {
  const bench = under.bench as SqlBench
  const id = randomUUID()
  const adminPassword = 'admin pass'
  let server: DatabaseServer
  let address: Address
  before(async () => {
    await compute.reserve(id, { vcpus: 1, ramMb: 128 })
    await compute.initialise(id, image.id, adminPassword)
    await compute.configure(id, bench.settings)
    await compute.start(id)
    address = (await compute.observe(id)).address!
    server = compute.server(image.manager, address, adminPassword)
  })
  after(() => compute.remove(id))

  /** A test that begins without databases and users. */
  function contentsTest(title: string, work: (contents: DatabaseContents) => Promise<void>) {
    test(title, async () => {
      const contents = server.contents!
      for (const name of await contents.databases()) await contents.dropDatabase(name)
      for (const { name } of await contents.users()) await contents.dropUser(name)
      await work(contents)
    })
  }

  async function as(user: string, password: string, database: string | undefined, ...statements: string[]) {
    const session = await bench.connect({ address, user, password, database })
    try {
      let lastResult: unknown
      for (const each of statements.length > 0 ? statements : ['select 1']) lastResult = await session.ask(each)
      return lastResult
    } finally {
      await session.end()
    }
  }
  const { administrator, superuser, ownDatabase } = bench

  contentsTest('databases and users of the engine itself are not shown, and cannot be changed', async contents => {
    assert.deepEqual(await contents.databases(), [])
    assert.deepEqual(await contents.users(), [])
    for (const name of bench.reserved.databases) assert.ok(await contents.dropDatabase(name))
    for (const name of [administrator, superuser, ...bench.reserved.users]) {
      assert.ok(await contents.dropUser(name))
      assert.ok(await contents.changeUser(name, { password: 'mine now' }))
      assert.ok(await contents.createUser({ name, password: 'mine now', databases: [] }))
    }
    assert.equal(await server.answers(), true)
  })

  contentsTest('databases and users are listed by name, with the databases of each user', async contents => {
    for (const name of ['b', 'A', 'ä', 'we"ird; `name'])
      assert.equal(await contents.createDatabase({ name }), undefined)
    assert.deepEqual(await contents.databases(), ['A', 'b', 'we"ird; `name', 'ä'])
    await contents.createUser({ name: 'zoe', password: 'z', databases: ['b', 'we"ird; `name'] })
    await contents.createUser({ name: "O'Neil \\", password: 'o', databases: [] })
    assert.deepEqual(await contents.users(), [
      { name: "O'Neil \\", databases: [] },
      { name: 'zoe', databases: ['b', 'we"ird; `name'] },
    ])
  })

  contentsTest('an existing or missing name is reported, and nothing is changed', async contents => {
    await contents.createDatabase({ name: 'shop' })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
    const user = { name: 'bob', password: 'b', databases: ['shop', 'gone'] }
    const noDatabase = { kind: 'database missing', name: 'gone' }
    const noUser = { kind: 'user missing', name: 'bob' }
    assert.deepEqual(await contents.createDatabase({ name: 'shop' }), { kind: 'database exists', name: 'shop' })
    assert.deepEqual(await contents.dropDatabase('gone'), noDatabase)
    assert.deepEqual(await contents.createUser(user), noDatabase)
    assert.deepEqual(await contents.createUser({ ...user, name: 'ann', databases: [] }), {
      kind: 'user exists',
      name: 'ann',
    })
    assert.deepEqual(await contents.changeUser('bob', { password: 'x' }), noUser)
    assert.deepEqual(await contents.dropUser('bob'), noUser)
    assert.deepEqual(await contents.grant('bob', ['shop']), noUser)
    assert.deepEqual(await contents.grant('ann', ['gone']), noDatabase)
    assert.deepEqual(await contents.revoke('bob', 'shop'), noUser)
    assert.deepEqual(await contents.revoke('ann', 'gone'), noDatabase)
    for (const name of bench.reserved.databases)
      assert.deepEqual(await contents.grant('ann', [name]), { kind: 'database missing', name })
    assert.deepEqual(await contents.users(), [{ name: 'ann', databases: ['shop'] }])
  })

  contentsTest('a user can create tables in the granted databases, and cannot connect to others', async contents => {
    for (const name of ['shop', 'till']) await contents.createDatabase({ name })
    await contents.createUser({ name: 'ann', password: 'pä ss', databases: ['shop'] })
    const rows = ['create table t (n int)', 'insert into t values (7)', 'select n from t']
    assert.equal(await as('ann', 'pä ss', 'shop', ...rows), 7)
    await assert.rejects(as('ann', 'pä ss', 'till'), /denied/)
    await assert.rejects(as('ann', 'wrong', 'shop'), bench.wrongPassword)
    assert.equal(await contents.grant('ann', ['till']), undefined)
    assert.equal(await as('ann', 'pä ss', 'till', ...rows), 7)
    assert.equal(await contents.revoke('ann', 'till'), undefined)
    await assert.rejects(as('ann', 'pä ss', 'till'), /denied/)
    assert.deepEqual(await contents.users(), [{ name: 'ann', databases: ['shop'] }])
  })

  contentsTest('revoking access to a database ends the sessions of the user in it', async contents => {
    await contents.createDatabase({ name: 'shop' })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
    const { ended } = await bench.holdOn({ address, user: 'ann', password: 'a', database: 'shop' })
    assert.equal(await contents.revoke('ann', 'shop'), undefined)
    await ended
  })

  contentsTest('name and password of a user change together, or not at all', async contents => {
    await contents.createDatabase({ name: 'shop' })
    for (const name of ['ann', 'bob']) await contents.createUser({ name, password: 'old', databases: ['shop'] })
    assert.deepEqual(await contents.changeUser('ann', { name: 'bob', password: 'new' }), {
      kind: 'user exists',
      name: 'bob',
    })
    await assert.rejects(as('ann', 'new', ownDatabase), bench.wrongPassword)
    assert.equal(await contents.changeUser('ann', { name: 'eve', password: 'new' }), undefined)
    assert.equal(await as('eve', 'new', 'shop'), 1)
    assert.deepEqual(
      (await contents.users()).map(({ name }) => name),
      ['bob', 'eve'],
    )
  })

  contentsTest('a connected user who owns tables can be dropped; the tables are kept', async contents => {
    await contents.createDatabase({ name: 'shop' })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
    await as('ann', 'a', 'shop', 'create table kept as select 7 as n')
    const { ended } = await bench.holdOn({ address, user: 'ann', password: 'a', database: 'shop' })
    assert.equal(await contents.dropUser('ann'), undefined)
    await ended
    assert.deepEqual(await contents.users(), [])
    assert.equal(Number(await as(administrator, adminPassword, 'shop', 'select n from kept')), 7)
  })

  contentsTest('a database in use can be dropped, and a new one of its name admits no earlier user', async contents => {
    await contents.createDatabase({ name: 'shop' })
    await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
    const { ended } = await bench.holdOn({ address, user: 'ann', password: 'a', database: 'shop' })
    assert.equal(await contents.dropDatabase('shop'), undefined)
    await ended
    assert.deepEqual(await contents.databases(), [])
    await contents.createDatabase({ name: 'shop' })
    assert.deepEqual(await contents.users(), [{ name: 'ann', databases: [] }])
    await assert.rejects(as('ann', 'a', 'shop'), /denied/)
  })

  const unusable: [title: string, name: string, why: RegExp][] = [
    ['without a name', '', /./],
    ['with a NUL in its name', 'a\0b', /NUL/],
    ['with a name that is too long', 'x'.repeat(65), /longer than/],
    ...bench.reserved.databases.map((name): [string, string, RegExp] => [`named ${name}`, name, /reserved/]),
  ]
  for (const [title, name, why] of unusable)
    contentsTest(`a database ${title} is refused with the reason`, async contents => {
      const problem = await contents.createDatabase({ name })
      assert.equal(problem?.kind, 'unusable')
      assert.match((problem as { problem: string }).problem, why)
      assert.deepEqual(await contents.databases(), [])
    })

  for (const form of bench.forms.usable)
    contentsTest(`a database with ${JSON.stringify(form)} is created`, async contents => {
      assert.equal(await contents.createDatabase({ name: 'a', ...form }), undefined)
      assert.deepEqual(await contents.databases(), ['a'])
    })

  for (const { why, ...form } of bench.forms.unusable)
    contentsTest(`a database with ${JSON.stringify(form)} is refused with the reason`, async contents => {
      const problem = await contents.createDatabase({ name: 'a', ...form })
      assert.equal(problem?.kind, 'unusable')
      assert.match((problem as { problem: string }).problem, why)
      assert.deepEqual(await contents.databases(), [])
    })

  contentsTest('root has its rights while enabled, and is not listed among the users', async contents => {
    await contents.createDatabase({ name: 'shop' })
    await server.enableRoot('first')
    assert.equal(await as(superuser, 'first', ownDatabase, ...bench.proofOfSuperuser), bench.provenSuperuser)
    assert.deepEqual(await contents.users(), [])
    await server.disableRoot()
    await assert.rejects(as(superuser, 'first', ownDatabase))
  })

  contentsTest('unfinished databases and users of a killed worker are not shown, and block nothing', async contents => {
    for (const half of bench.halfMade) await as(administrator, adminPassword, ownDatabase, half)
    assert.deepEqual(await contents.databases(), [])
    assert.deepEqual(await contents.users(), [])
    assert.equal(await contents.createDatabase({ name: 'shop' }), undefined)
    assert.equal(await contents.createUser({ name: 'ann', password: 'a', databases: ['shop'] }), undefined)
    assert.equal(await as('ann', 'a', 'shop'), 1)
    assert.equal((await contents.dropUser('trove-ts draft'))?.kind, 'unusable')
  })

  contentsTest('concurrent changes all succeed', async contents => {
    const names = Array.from({ length: 5 }, (_, index) => `d${index}`)
    const none = names.map(() => undefined)
    assert.deepEqual(await Promise.all(names.map(name => contents.createDatabase({ name }))), none)
    const users = names.map(name => contents.createUser({ name, password: 'p', databases: names }))
    assert.deepEqual(await Promise.all(users), none)
    assert.deepEqual(
      await contents.users(),
      names.map(name => ({ name, databases: names })),
    )
  })
}
