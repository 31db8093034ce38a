import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { type FakeNova, startFakeNova } from '../outside/nova.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'

const manage = join(import.meta.dirname, '../../bin/trove-manage.js')

let keystone: FakeKeystone
let nova: FakeNova
let world: World
let ids: Map<string, string>
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
    conf: {
      DEFAULT: [`nova_compute_url = ${nova.url}`],
      keystone_authtoken: [
        `auth_url = ${keystone.url}`,
        'region_name = RegionOne',
        'username = trove',
        'password = service-pass',
        'project_name = service',
      ],
      // Each request asks Nova: what is kept for a moment is tested where there is a clock to turn.
      trovets: [
        ...['rate_limits = false', 'flavors_refresh_time = 0', 'flavors_max_age = 1'],
        'flavors_file = /nowhere/flavors.yaml',
      ],
    },
    ports: { images: { list: async () => [{ ...image, manager: 'mysql', version: '8.0' }] } },
  })
  const catalogue = { mysql: [{ name: '8.0', default: true }] }
  ids = await writeCatalogue(world.database, { images: [image], catalogue, instances: [] })
})
after(async () => {
  await world.stop()
  await nova.stop().catch(() => {})
  await keystone.stop()
})

type Body = { flavors?: { str_id: string }[]; serviceUnavailable?: { message: string } }

async function ask(method: 'GET' | 'POST', path: string, project = 'p1', body?: object) {
  const answer = await fetch(`${world.url}/v1.0/${project}${path}`, {
    method,
    headers: { 'x-auth-token': keystone.issue('u1', { project }), 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body }
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

test('with Nova away listings go on and say so, what gives hardware is refused, and then all is well again', async () => {
  await listed('p1')
  await nova.stop()
  const until = performance.now() + 10_000
  let answer = await ask('GET', '/flavors')
  while (answer.headers.get('warning') === null && performance.now() < until) answer = await ask('GET', '/flavors')
  assert.equal(answer.status, 200)
  assert.equal(answer.body.flavors?.length, 2)
  assert.match(answer.headers.get('warning')!, /^110 trove "The flavors are those of \d+ seconds ago"$/)

  const instance = { name: 'a', flavorRef: '1', volume: { size: 1 }, datastore: { type: 'mysql' } }
  const provisions: [path: string, project: string, body: object][] = [
    ['/instances', 'p1', { instance }],
    ['/instances/dry-run', 'p1', { instance }],
    [`/mgmt/datastore-versions/${ids.get('MYSQL_8_0')}/flavors`, 'p2', { flavors: ['1'] }],
  ]
  for (const [path, project, body] of provisions) {
    const refused = await ask('POST', path, project, body)
    assert.equal(refused.status, 503, path)
    assert.equal(refused.headers.get('retry-after'), '10')
    assert.match(refused.body.serviceUnavailable!.message, /^Nova is out of reach\. Please keep this ID/)
  }
  const { body } = await ask('GET', '/instances')
  assert.deepEqual(body, { instances: [] })

  await nova.start()
  while (answer.headers.get('warning') !== null && performance.now() < until) answer = await ask('GET', '/flavors')
  assert.equal(answer.headers.get('warning'), null)
})
