import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { type FakeNova, startFakeNova } from '../outside/nova.ts'
import { deploy } from '../servers/deployment.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'

const manage = join(import.meta.dirname, '../../bin/trove-manage.js')

let keystone: FakeKeystone
let nova: FakeNova
let world: World
let ids: Map<string, string>
const confOf = (...trovets: readonly string[]) => ({
  DEFAULT: [`nova_compute_url = ${nova.url}`],
  keystone_authtoken: [
    `auth_url = ${keystone.url}`,
    'region_name = RegionOne',
    'username = trove',
    'password = service-pass',
    'project_name = service',
  ],
  trovets: ['rate_limits = false', 'flavors_file = /nowhere/flavors.yaml', 'compute_driver = local', ...trovets],
})
const image = { id: '9fe95958-e85a-4d63-b017-08ff4e174daf', name: 'image', tags: [] }
before(async () => {
  keystone = await startFakeKeystone({ now: new Date() })
  nova = await startFakeNova()
  nova.flavors.push(
    { id: '1', name: 'm1.tiny' },
    { id: '90', name: 'db.private', projects: ['p1'] },
    { id: '91', name: 'db.foreign', projects: ['p2'] },
  )
  world = await startWorld({
    // Each request asks Nova: what is kept for a moment is tested where there is a clock to turn.
    conf: confOf('flavors_refresh_time = 0', 'flavors_max_age = 1'),
    ports: { images: { list: async () => [{ ...image, manager: 'mysql', version: '8.0' }] } },
  })
  const catalogue = { mysql: [{ name: '8.0', default: true }, { name: '8.4' }] }
  const instances = [{ version: '$MYSQL_8_0', name: 'db', flavor: '1', project: 'p1', ours: true }]
  ids = await writeCatalogue(world.database, { images: [image], catalogue, instances })
})
after(async () => {
  await world.stop()
  await nova.stop().catch(() => {})
  await keystone.stop()
})

type Body = { flavors?: { str_id: string }[]; serviceUnavailable?: { message: string } }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

async function ask(method: Method, path: string, project = 'p1', body?: object, { url }: { url: string } = world) {
  const answer = await fetch(`${url}/v1.0/${project}${path}`, {
    method,
    headers: { 'x-auth-token': keystone.issue('u1', { project }), 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body }
}

const listed = async (project: string) =>
  (await ask('GET', '/flavors', project)).body.flavors!.map(({ str_id }) => str_id)

test('no flavors.yaml is needed beside a Nova: there is the volume type that there always is', async () => {
  const { status, body } = await ask('GET', '/volume-types')
  assert.deepEqual(
    [status, (body as { volume_types?: { name: string }[] }).volume_types?.map(({ name }) => name)],
    [200, ['standard']],
  )
  const args = ['--config-file', world.configFile, 'volume_type_list', '-f', 'value']
  const { stdout } = await promisify(execFile)(process.execPath, [manage, ...args])
  assert.match(stdout, /\bstandard\b/)
})

test('a project sees the public flavors of Nova and the private ones that are for it', async () => {
  assert.deepEqual(await listed('p1'), ['1', '90'])
  assert.deepEqual(await listed('p2'), ['1', '91'])
  assert.equal((await ask('GET', '/flavors/91')).status, 404)
})

/** All that the requests that give hardware write to. */
async function written() {
  const tables = ['instances', 'trovets_instances', 'datastore_version_metadata', 'trovets_policy_events'] as const
  return Promise.all(tables.map(table => world.database.kysely.selectFrom(table).selectAll().execute()))
}

test('with Nova away listings go on and say so, what gives hardware is refused, and then all is well again', async () => {
  await listed('p1')
  await nova.stop()
  const until = performance.now() + 10_000
  let answer = await ask('GET', '/flavors')
  const askAgain = () => setTimeout(50).then(() => ask('GET', '/flavors'))
  while (answer.headers.get('warning') === null && performance.now() < until) answer = await askAgain()
  assert.equal(answer.status, 200)
  assert.equal(answer.body.flavors?.length, 2)
  assert.match(answer.headers.get('warning')!, /^110 trove "The flavors are \d+ seconds old"$/)

  const before = await written()
  const instance = { name: 'a', flavorRef: '1', volume: { size: 1 }, datastore: { type: 'mysql' } }
  const [db, version] = [`/instances/${ids.get('DB')}`, `/mgmt/datastore-versions/${ids.get('MYSQL_8_0')}`]
  const upgrade = { instance: { datastore_version: '8.4' } }
  const provisions: [method: Method, path: string, project: string, body?: object][] = [
    ['POST', '/instances', 'p1', { instance }],
    ['POST', '/instances/dry-run', 'p1', { instance }],
    ['POST', `${db}/action`, 'p1', { resize: { flavorRef: '90' } }],
    ['PUT', db, 'p1', upgrade],
    ['PATCH', db, 'p1', upgrade],
    ['POST', `${version}/flavors`, 'p2', { flavors: ['1'] }],
    ['DELETE', `${version}/flavors/1`, 'p2'],
    ['POST', `${version}/flavor-requirements`, 'p2', { requirements: ['ram>=1024'] }],
  ]
  for (const [method, path, project, body] of provisions) {
    const refused = await ask(method, path, project, body)
    assert.equal(refused.status, 503, `${method} ${path}`)
    assert.equal(refused.headers.get('retry-after'), '10')
    assert.match(refused.body.serviceUnavailable!.message, /^Nova is unreachable\. Please keep this ID/)
  }
  assert.deepEqual(await written(), before)
  assert.equal((await ask('POST', `${db}/action`, 'p1', { resize: { volume: { size: 3 } } })).status, 202)

  await nova.start()
  while (answer.headers.get('warning') !== null && performance.now() < until) answer = await askAgain()
  assert.equal(answer.headers.get('warning'), null)
})

test('listings go on for flavors_max_stale_age, not longer, and as soon as Nova is back', async t => {
  const [ageMsMax, staleMsMax] = [1000, 4000]
  const age = [`flavors_max_age = ${ageMsMax / 1000}`, `flavors_max_stale_age = ${staleMsMax / 1000}`]
  const aging = await startWorld({ conf: confOf('flavors_refresh_time = 0', ...age) })
  t.after(() => aging.stop())
  await writeCatalogue(aging.database, { images: [image], catalogue: { mysql: [{ name: '8.0' }] }, instances: [] })
  const paths = ['/flavors', '/flavors/1', '/datastores/mysql/versions/8.0/flavors']
  const look = () => Promise.all(paths.map(path => ask('GET', path, 'p1', undefined, aging)))
  const warningOf = ({ headers }: { headers: Headers }) => headers.get('warning')

  const beforeMs = Date.now()
  assert.deepEqual((await look()).map(warningOf), [null, null, null])
  await nova.stop()
  const awayMs = Date.now()
  let warnings = 0
  for (;;) {
    const askedMs = Date.now()
    const answers = await look()
    if (answers.some(({ status }) => status !== 200)) break
    for (const warning of answers.map(warningOf)) {
      if (warning === null && askedMs < awayMs + ageMsMax) continue
      const [, seconds] = /^110 trove "The flavors are (\d+) seconds old"$/.exec(warning ?? '') ?? []
      assert.ok(Number(seconds) <= staleMsMax / 1000, String(warning))
      warnings++
    }
    assert.ok(askedMs < awayMs + staleMsMax, 'flavors that are too old are given out')
    await setTimeout(100)
  }
  assert.ok(Date.now() > beforeMs + staleMsMax)
  assert.ok(warnings > 0)
  for (const { status, headers, body } of await look()) {
    assert.equal(status, 503)
    assert.equal(headers.get('retry-after'), '10')
    assert.match(body.serviceUnavailable!.message, /^Nova is unreachable\. Please keep this ID/)
  }
  assert.equal((await ask('GET', '/datastores', 'p1', undefined, aging)).status, 200)

  await nova.start()
  assert.deepEqual(
    (await look()).map(answer => [answer.status, warningOf(answer)]),
    paths.map(() => [200, null]),
  )
})

test('a process that is started while Keystone and Nova are away serves as soon as they are there', async t => {
  await keystone.stop()
  await nova.stop()
  const conf = { ...confOf(), DEFAULT: [...confOf().DEFAULT, 'debug = true'] }
  const { urls, apis } = await deploy(t, { apis: 1, workers: 0, conf })
  const at = { url: urls[0]! }
  const look = (path: string) => ask('GET', path, 'p1', undefined, at)
  const health = async () => (await fetch(`${at.url}/healthcheck`)).text()
  assert.equal(await health(), 'OK')
  const unknown = await look('/datastores')
  assert.equal(unknown.status, 503)
  assert.equal(unknown.headers.get('retry-after'), '10')
  assert.match(unknown.body.serviceUnavailable!.message, /^The Keystone service is temporarily unavailable\./)

  await keystone.start()
  assert.equal((await look('/datastores')).status, 200)
  const without = await look('/flavors')
  assert.equal(without.status, 503)
  assert.equal(without.headers.get('retry-after'), '10')
  assert.match(without.body.serviceUnavailable!.message, /^Nova is unreachable\./)

  await nova.start()
  const { status, headers, body } = await look('/flavors')
  assert.deepEqual([status, headers.get('warning'), body.flavors?.length], [200, null, 2])
  assert.equal(await health(), 'OK')
  assert.equal(apis[0]!.child.exitCode, null)
  // As every token of the stand-in begins, and the word that the service logs in with.
  const said = apis[0]!.said()
  assert.match(said, /The Keystone service is temporarily unavailable\..*ECONNREFUSED/)
  for (const secret of ['gAAAAA', 'service-pass']) assert.ok(!said.includes(secret), said)
})
