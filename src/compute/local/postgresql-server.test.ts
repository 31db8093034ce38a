import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Address } from '../../ports/compute.ts'
import type { DatabaseServer } from '../../ports/database-server.ts'
import { openLocalCompute } from './compute.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-contents-'))
chmodSync(folder, 0o711)
const compute = openLocalCompute({ folder: join(folder, 'instances') })
const id = randomUUID()
const adminPassword = 'admin pass'
let server: DatabaseServer | undefined
let address: Address
before(async () => {
  const [image] = await compute.images()
  if (!image) return
  await compute.reserve(id, { vcpus: 1, ramMb: 128 })
  await compute.initialise(id, image.id, adminPassword)
  await compute.start(id)
  address = (await compute.observe(id)).address!
  server = compute.server('postgresql', address, adminPassword)
})
after(async () => {
  await compute.remove(id)
  rmSync(folder, { recursive: true, force: true })
})

/** A test of what is inside a server; databases and users of earlier tests are gone. */
function contentsTest(title: string, work: (server: DatabaseServer) => Promise<void>) {
  test(title, async t => {
    if (!server) return t.skip('NOT RUN: there is no database engine on this machine')
    for (const name of await server.databases()) await server.dropDatabase(name)
    for (const { name } of await server.users()) await server.dropUser(name)
    await work(server)
  })
}

async function as(user: string, password: string, database: string, ...statements: string[]): Promise<unknown> {
  const client = new pg.Client({ ...address, user, password, database })
  client.on('error', () => {})
  try {
    await client.connect()
    for (const each of statements.slice(0, -1)) await client.query(each)
    return Object.values((await client.query(statements.at(-1) ?? 'select 1')).rows[0] ?? {})[0]
  } finally {
    await client.end().catch(() => {})
  }
}

contentsTest('what PostgreSQL made for itself is not shown, and not touched', async server => {
  assert.deepEqual(await server.databases(), [])
  assert.deepEqual(await server.users(), [])
  for (const name of ['postgres', 'template1']) assert.ok(await server.dropDatabase(name))
  for (const name of ['os_admin', 'postgres', 'pg_monitor']) {
    assert.ok(await server.dropUser(name))
    assert.ok(await server.changeUser(name, { password: 'mine now' }))
  }
  assert.equal(await server.answers(), true)
})

contentsTest('databases and users are listed by name, with what each user was let into', async server => {
  for (const name of ['b', 'A', 'ä', 'we"ird; name']) assert.equal(await server.createDatabase({ name }), undefined)
  assert.deepEqual(await server.databases(), ['A', 'b', 'we"ird; name', 'ä'])
  await server.createUser({ name: 'zoe', password: 'z', databases: ['b', 'we"ird; name'] })
  await server.createUser({ name: "O'Neil", password: 'o', databases: [] })
  assert.deepEqual(await server.users(), [
    { name: "O'Neil", databases: [] },
    { name: 'zoe', databases: ['b', 'we"ird; name'] },
  ])
})

contentsTest('what exists or is missing is named, and then nothing is changed', async server => {
  await server.createDatabase({ name: 'shop' })
  await server.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
  const user = { name: 'bob', password: 'b', databases: ['shop', 'gone'] }
  assert.deepEqual(await server.createDatabase({ name: 'shop' }), { kind: 'database exists', name: 'shop' })
  assert.deepEqual(await server.dropDatabase('gone'), { kind: 'database missing', name: 'gone' })
  assert.deepEqual(await server.createUser(user), { kind: 'database missing', name: 'gone' })
  assert.deepEqual(await server.createUser({ ...user, name: 'ann', databases: [] }), {
    kind: 'user exists',
    name: 'ann',
  })
  assert.deepEqual(await server.changeUser('bob', { password: 'x' }), { kind: 'user missing', name: 'bob' })
  assert.deepEqual(await server.dropUser('bob'), { kind: 'user missing', name: 'bob' })
  assert.deepEqual(await server.grant('bob', ['shop']), { kind: 'user missing', name: 'bob' })
  assert.deepEqual(await server.grant('ann', ['gone']), { kind: 'database missing', name: 'gone' })
  assert.deepEqual(await server.revoke('bob', 'shop'), { kind: 'user missing', name: 'bob' })
  assert.deepEqual(await server.revoke('ann', 'gone'), { kind: 'database missing', name: 'gone' })
  assert.deepEqual(await server.users(), [{ name: 'ann', databases: ['shop'] }])
})

contentsTest('a user makes tables in the databases given, and gets into no other', async server => {
  for (const name of ['shop', 'till']) await server.createDatabase({ name })
  await server.createUser({ name: 'ann', password: 'pä ss', databases: ['shop'] })
  const rows = ['create table t (n int)', 'insert into t values (7)', 'select n from t']
  assert.equal(await as('ann', 'pä ss', 'shop', ...rows), 7)
  await assert.rejects(as('ann', 'pä ss', 'till'), /permission denied for database/)
  await assert.rejects(as('ann', 'wrong', 'shop'), /password authentication failed/)
  assert.equal(await server.grant('ann', ['till']), undefined)
  assert.equal(await as('ann', 'pä ss', 'till', ...rows), 7)
  assert.equal(await server.revoke('ann', 'till'), undefined)
  await assert.rejects(as('ann', 'pä ss', 'till'), /permission denied for database/)
  assert.deepEqual(await server.users(), [{ name: 'ann', databases: ['shop'] }])
})

contentsTest('a user gets another name and password at once, or neither', async server => {
  for (const name of ['ann', 'bob']) await server.createUser({ name, password: 'old', databases: [] })
  assert.deepEqual(await server.changeUser('ann', { name: 'bob', password: 'new' }), {
    kind: 'user exists',
    name: 'bob',
  })
  await assert.rejects(as('ann', 'new', 'postgres'), /password authentication failed/)
  assert.equal(await server.changeUser('ann', { name: 'eve', password: 'new' }), undefined)
  assert.equal(await as('eve', 'new', 'postgres'), 1)
  assert.deepEqual(
    (await server.users()).map(({ name }) => name),
    ['bob', 'eve'],
  )
})

contentsTest('a user who owns tables and is connected can be dropped; the tables stay', async server => {
  await server.createDatabase({ name: 'shop' })
  await server.createUser({ name: 'ann', password: 'a', databases: ['shop'] })
  await as('ann', 'a', 'shop', 'create table kept as select 7 as n')
  const client = new pg.Client({ ...address, user: 'ann', password: 'a', database: 'shop' })
  client.on('error', () => {})
  await client.connect()
  assert.equal(await server.dropUser('ann'), undefined)
  await client.end().catch(() => {})
  assert.deepEqual(await server.users(), [])
  assert.equal(await as('os_admin', adminPassword, 'shop', 'select n from kept'), 7)
})

contentsTest('a database in use can be dropped', async server => {
  await server.createDatabase({ name: 'shop' })
  const client = new pg.Client({ ...address, user: 'os_admin', password: adminPassword, database: 'shop' })
  client.on('error', () => {})
  await client.connect()
  assert.equal(await server.dropDatabase('shop'), undefined)
  await client.end().catch(() => {})
  assert.deepEqual(await server.databases(), [])
})

const unusable: [what: string, request: { name: string; characterSet?: string; collate?: string }, why: RegExp][] = [
  ['without a name', { name: '' }, /./],
  ['with a NUL in its name', { name: 'a\0b' }, /NUL/],
  ['with a name of 64 bytes', { name: 'ä'.repeat(32) }, /63 bytes/],
  ['named like the administration’s', { name: 'postgres' }, /reserved/],
  ['named like PostgreSQL’s own', { name: 'pg_shop' }, /reserved/],
  ['in an encoding that there is not', { name: 'a', characterSet: 'klingon' }, /klingon/],
  ['with a collation that there is not', { name: 'a', collate: 'utf8_general_ci' }, /locale/],
]
for (const [what, request, why] of unusable)
  contentsTest(`a database ${what} is unusable, and it is said why`, async server => {
    const problem = await server.createDatabase(request)
    assert.equal(problem?.kind, 'unusable')
    assert.match((problem as { problem: string }).problem, why)
    assert.deepEqual(await server.databases(), [])
  })

const usable = [
  { characterSet: 'utf8' },
  { characterSet: 'UTF8', collate: 'C' },
  { characterSet: 'LATIN1' },
  { characterSet: 'utf8mb4' },
  { collate: 'C' },
]
for (const request of usable)
  contentsTest(`a database with ${JSON.stringify(request)} is made`, async server => {
    assert.equal(await server.createDatabase({ name: 'a', ...request }), undefined)
    assert.deepEqual(await server.databases(), ['a'])
  })

contentsTest('root is a superuser while enabled, is shut out when disabled, and may be enabled again', async server => {
  await server.disableRoot()
  assert.equal(await server.enableRoot('first'), 'postgres')
  assert.equal(await as('postgres', 'first', 'postgres', 'show is_superuser'), 'on')
  assert.equal(await server.enableRoot('second'), 'postgres')
  await assert.rejects(as('postgres', 'first', 'postgres'))
  await server.disableRoot()
  await server.disableRoot()
  await assert.rejects(as('postgres', 'second', 'postgres'))
  await server.enableRoot('third')
  assert.equal(await as('postgres', 'third', 'postgres', 'show is_superuser'), 'on')
  assert.deepEqual(await server.users(), [])
})

contentsTest('what somebody who was killed left half made is not seen, and is not in the way', async server => {
  const halves = [
    'create database "trove-ts draft" template template0 allow_connections false',
    'create role "trove-ts draft"',
  ]
  for (const half of halves) await as('os_admin', adminPassword, 'postgres', half)
  assert.deepEqual(await server.databases(), [])
  assert.deepEqual(await server.users(), [])
  assert.equal(await server.createDatabase({ name: 'shop' }), undefined)
  assert.equal(await server.createUser({ name: 'ann', password: 'a', databases: ['shop'] }), undefined)
  assert.equal(await as('ann', 'a', 'shop'), 1)
  assert.equal((await server.dropDatabase('trove-ts draft'))?.kind, 'unusable')
})

contentsTest('several changes at once all happen', async server => {
  const names = Array.from({ length: 5 }, (_, index) => `d${index}`)
  const problems = await Promise.all(names.map(name => server.createDatabase({ name })))
  assert.deepEqual(
    problems,
    names.map(() => undefined),
  )
  const users = await Promise.all(names.map(name => server.createUser({ name, password: 'p', databases: names })))
  assert.deepEqual(
    users,
    names.map(() => undefined),
  )
  assert.deepEqual(
    await server.users(),
    names.map(name => ({ name, databases: names })),
  )
})
