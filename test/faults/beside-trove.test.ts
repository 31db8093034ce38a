import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '../openstack/until.ts'
import { type FakeCinder, startFakeCinder } from '../outside/cinder.ts'
import { type FakeGlance, startFakeGlance } from '../outside/glance.ts'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { type FakeNova, startFakeNova } from '../outside/nova.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'

const [imageId, taggedId] = ['9fe95958-e85a-4d63-b017-08ff4e174daf', '6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f10'] as const

type Body = Readonly<{
  instance?: { image: { id: string; name: string }; volume: { type: string | null } }
  volume_types?: { name: string }[]
  badRequest?: { message: string }
  unprocessableEntity?: { message: string }
  serviceUnavailable?: { message: string }
}>

describe('beside a Trove: images of Glance, volume types of Cinder, flavors of Nova', () => {
  let keystone: FakeKeystone
  let nova: FakeNova
  let glance: FakeGlance
  let cinder: FakeCinder
  let world: World
  before(async () => {
    keystone = await startFakeKeystone({ now: new Date() })
    nova = await startFakeNova()
    glance = await startFakeGlance()
    cinder = await startFakeCinder()
    for (const [type, url] of [
      ['compute', nova.url],
      ['image', glance.url],
      ['volumev3', `${cinder.url}/v3`],
    ] as const)
      keystone.services.push({ type, interface: 'public', region: 'RegionOne', url })
    nova.flavors.push({ id: '1', name: 'm1.tiny' }, { id: '2', name: 'm1.small' })
    glance.images.push(
      { id: imageId, name: 'guest', tags: [] },
      { id: taggedId, name: 'guest-mysql', tags: ['trove', 'mysql'] },
    )
    cinder.types.push({ id: 'type-1', name: 'fast' }, { id: 'type-2', name: 'private', projects: ['p2'] })
    world = await startWorld({
      conf: {
        keystone_authtoken: [
          `auth_url = ${keystone.url}`,
          'region_name = RegionOne',
          'username = trove',
          'password = service-pass',
          'project_name = service',
        ],
        trovets: ['rate_limits = false', 'flavors_refresh_time = 0', 'flavors_max_age = 1'],
      },
    })
    await writeCatalogue(world.database, {
      images: [{ id: imageId, name: 'guest', tags: [] }],
      catalogue: {
        mysql: [
          { name: '8.0', default: true, image: imageId, flavors: ['2'] },
          { name: 'tagged', image: '', image_tags: ['trove', 'mysql'] },
          { name: 'lost', image: '00000000-0000-4000-8000-000000000000' },
          { name: 'fast', image: imageId, rows: [['volume_type', 'fast']] },
        ],
      },
      instances: [],
    })
  })
  after(async () => {
    await world.stop()
    for (const service of [cinder, glance, nova, keystone]) await service.stop().catch(() => {})
  })

  async function ask(method: string, path: string, body?: object, project = 'p1') {
    const token = keystone.issue('u1', { project })
    const answer = await fetch(`${world.url}/v1.0/${project}${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body }
  }
  const instance = (version: string, more: object = {}) => ({
    instance: { name: 'a', flavorRef: '2', volume: { size: 1 }, datastore: { type: 'mysql', version }, ...more },
  })
  const dryRun = (version: string, more?: object) => ask('POST', '/instances/dry-run', instance(version, more))

  test('a dry run is judged with the image of Glance, by id or by tags', async () => {
    assert.deepEqual((await dryRun('8.0')).body.instance?.image, { id: imageId, name: 'guest' })
    assert.deepEqual((await dryRun('tagged')).body.instance?.image, { id: taggedId, name: 'guest-mysql' })
    assert.equal(
      (await dryRun('lost')).body.badRequest?.message,
      'Image 00000000-0000-4000-8000-000000000000 cannot be found.',
    )
    const refused = await dryRun('8.0', { flavorRef: '1' })
    assert.equal(refused.status, 400)
    assert.match(refused.body.badRequest!.message, /^Flavor 1 is not supported for datastore version /)
  })

  test('volume types are those of Cinder that the project may use', async () => {
    const names = async (project: string) =>
      (await ask('GET', '/volume-types', undefined, project)).body.volume_types?.map(({ name }) => name)
    assert.deepEqual([await names('p1'), await names('p2')], [['fast'], ['fast', 'private']])
    const type = async (version: string, type?: string) => (await dryRun(version, { volume: { size: 1, type } })).body
    assert.equal((await type('8.0')).instance?.volume.type, null)
    assert.equal((await type('fast', 'fast')).instance?.volume.type, 'fast')
    assert.ok((await type('fast')).badRequest)
    assert.ok((await type('8.0', 'private')).badRequest)
  })

  test('networks, zones, databases and users are for Trove to check', async () => {
    const more = {
      nics: [{ 'net-id': '5f0b4c1a-9b57-4a4d-8c8e-7f1000000001' }],
      availability_zone: 'az2',
      access: { is_public: true },
      databases: [{ name: 'a' }, { name: 'a' }],
    }
    assert.equal((await dryRun('8.0', more)).status, 200)
    assert.equal((await dryRun('8.0', { replica_of: imageId })).status, 501)
  })

  test('a create is judged, and then left to Trove: no row is written', async () => {
    const create = (flavorRef: string) => ask('POST', '/instances', instance('8.0', { flavorRef }))
    assert.match((await create('1')).body.badRequest!.message, /^Flavor 1 is not supported/)
    const { status, body } = await create('2')
    assert.equal(status, 422)
    assert.match(body.unprocessableEntity!.message, /^Instances are created by another Trove, not by this server\./)
    const rows = await world.database.kysely.selectFrom('instances').select('id').execute()
    assert.deepEqual(rows, [])
  })

  const outages = [
    ['Glance', 'stop', () => glance],
    ['Cinder', 'stop', () => cinder],
    ['Cinder', 'forbid', () => cinder],
  ] as const
  for (const [name, mode, service] of outages)
    test(`with a ${name} that ${mode === 'stop' ? 'is down' : 'refuses'}, a dry run is 503, and then all is well again`, async () => {
      const away = service()
      if (mode === 'stop') await away.stop()
      else away.mode.now = mode
      try {
        // What was read a moment ago is used for flavors_max_age.
        await until(async () => (await dryRun('8.0')).status !== 200, 5000)
        const refused = await dryRun('8.0')
        assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '10'])
        const does = mode === 'forbid' ? 'refuses the service user' : 'is unreachable'
        assert.match(refused.body.serviceUnavailable!.message, new RegExp(`^${name} ${does}\\.`))
        if (name === 'Cinder') {
          const listed = await ask('GET', '/volume-types')
          assert.deepEqual(
            listed.body.volume_types?.map(type => type.name),
            ['fast'],
          )
          assert.match(listed.headers.get('warning')!, /^110 trove "The volume types are \d+ seconds old"$/)
        }
      } finally {
        away.mode.now = 'answer'
        if (mode === 'stop') await away.start()
      }
      assert.equal((await dryRun('8.0')).status, 200)
    })
})
