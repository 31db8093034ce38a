import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'
import { until } from './until.ts'

type Flavors = {
  flavors: { str_id: string; name: string; ram: number; vcpus: number; disk: number; ephemeral: number }[]
}

describe('flavors of a real Nova', () => {
  let rig: Rig
  let ours: OurServer
  before(async () => {
    rig = await theRig()
    ours = await startOurServer(rig, { conf: { trovets: ['flavors_max_age = 1'] } })
    await untilItAnswers(ours)
  })
  after(() => ours?.stop())

  const instance = {
    instance: { name: 'a', flavorRef: '2', volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } },
  }

  const listed = async (user: string) => (await ours.ask<Flavors>(user, 'GET', '/flavors')).body.flavors
  const idsOf = async (user: string) => (await listed(user)).map(({ str_id }) => str_id)
  const nova = <T>(method: string, path: string, body?: object) =>
    rig.client.ask<T>(method, `${rig.nova.url}/v2.1${path}`, body, { 'openstack-api-version': 'compute 2.61' })

  test('are all there, with Nova’s facts', async () => {
    const { flavors } = await nova<{ flavors: Record<string, unknown>[] }>('GET', '/flavors/detail')
    const ofNova = flavors.map(flavor => [
      flavor.id,
      flavor.name,
      flavor.ram,
      flavor.vcpus,
      flavor.disk,
      flavor['OS-FLV-EXT-DATA:ephemeral'],
    ])
    const ofOurs = (await listed('alt_demo')).map(({ str_id, name, ram, vcpus, disk, ephemeral }) => [
      str_id,
      name,
      ram,
      vcpus,
      disk,
      ephemeral,
    ])
    assert.equal(ofOurs.length, 6)
    assert.deepEqual(ofOurs, ofNova)
  })

  test('have their extra specs, whichever microversion is spoken', async () => {
    const requirements = ['extra_specs[hw:cpu_policy]=shared', 'extra_specs[trove:tier]=gold']
    const older = await startOurServer(rig, { conf: { DEFAULT: ['nova_client_version = 2.12'] } })
    try {
      const { datastore } = (
        await ours.ask<{ datastore: { versions: { id: string }[] } }>('demo', 'GET', '/datastores/postgresql')
      ).body
      const path = `/datastores/postgresql/versions/${datastore.versions[0]!.id}/flavors`
      const idsWith = async ({ ask }: OurServer) =>
        (await ask<Flavors>('demo', 'GET', path)).body.flavors.map(({ str_id }) => str_id)
      assert.ok((await idsWith(ours)).length > 1)
      await ours.manage('datastore_version_flavor_requirement_add', 'postgresql', '14', ...requirements)
      for (const server of [ours, older]) assert.deepEqual(await idsWith(server), [rig.ids.flavors.highmem])
    } finally {
      for (const requirement of requirements)
        await ours.manage('datastore_version_flavor_requirement_delete', 'postgresql', '14', requirement, '--if-exists')
      await older.stop()
    }
  })

  test('that are private are for exactly the projects that have access', async () => {
    assert.ok((await idsOf('demo')).includes('90'))
    assert.ok(!(await idsOf('alt_demo')).includes('90'))
    await nova('POST', '/flavors/90/action', { addTenantAccess: { tenant: rig.ids.projects.alt } })
    await until(async () => (await idsOf('alt_demo')).includes('90'))
    await nova('POST', '/flavors/90/action', { removeTenantAccess: { tenant: rig.ids.projects.alt } })
    await until(async () => !(await idsOf('alt_demo')).includes('90'))
    assert.ok((await idsOf('demo')).includes('90'))
  })

  test('come and go with Nova’s; an association with one that is gone shows in the scan', async () => {
    await nova('POST', '/flavors', { flavor: { id: 'passing', name: 'passing', ram: 1, vcpus: 1, disk: 1 } })
    await until(async () => (await idsOf('demo')).includes('passing'))
    await ours.manage('datastore_version_flavor_add', 'mysql', '8.0', 'passing')
    const scan = async () => {
      type Scan = { findings: { kind: string; flavor: { id: string } | null }[] }
      const { body } = await ours.ask<Scan>('admin', 'GET', '/mgmt/flavor-compliance?datastore=mysql')
      // Instances of other tests may be findings, too.
      return body.findings.filter(({ kind }) => kind.startsWith('association')).map(({ flavor }) => flavor?.id)
    }
    assert.deepEqual(await scan(), [])
    await nova('DELETE', '/flavors/passing')
    await until(async () => !(await idsOf('demo')).includes('passing'))
    assert.deepEqual(await scan(), ['passing'])
    await ours.manage('datastore_version_flavor_delete', 'mysql', '8.0', 'passing')
    assert.deepEqual(await scan(), [])
  })

  test('are what a server is made of', async () => {
    type Hosts = { hypervisors: { state: string }[] }
    const isUp = async () =>
      (await nova<Hosts>('GET', '/os-hypervisors')).hypervisors.some(({ state }) => state === 'up')
    await until(isUp, 120_000)
    const [flavorRef] = await idsOf('admin')
    type Made = { server: { id: string; status: string; flavor: { original_name: string } } }
    const wanted = { name: 'one', flavorRef, imageRef: rig.ids.image, networks: 'none' }
    const { server } = await nova<Made>('POST', '/servers', { server: wanted })
    const made = () => nova<Made>('GET', `/servers/${server.id}`)
    await until(async () => (await made()).server.status !== 'BUILD', 60_000)
    const { status, flavor } = (await made()).server
    assert.deepEqual([status, flavor.original_name], ['ACTIVE', 'm1.tiny'])
    await nova('DELETE', `/servers/${server.id}`)
  })

  test('are all listed when there are 2,500, though Nova gives a thousand at a time', async () => {
    const sql = await createConnection({ uri: rig.databases.nova.replace('mysql+pymysql', 'mysql'), charset: 'utf8' })
    try {
      const columns =
        'created_at, name, flavorid, memory_mb, vcpus, root_gb, ephemeral_gb, swap, rxtx_factor, disabled, is_public'
      const many = Array.from({ length: 2500 }, (_, index) => `many-${index}`)
      const rows = many.map(name => [new Date(), name, name, 512, 1, 1, 0, 0, 1, 0, 1])
      await sql.query(`insert into flavors (${columns}) values ?`, [rows])
      await until(async () => (await idsOf('alt_demo')).length === 2506)
      assert.equal(new Set(await idsOf('alt_demo')).size, 2506)
    } finally {
      await sql.query("delete from flavors where name like 'many-%'")
      await sql.end()
    }
    await until(async () => (await idsOf('alt_demo')).length === 6)
  })

  test('are listed on while Nova is away, which is said; what gives hardware is 503; and all is well again', async () => {
    await until(async () => (await ours.ask('demo', 'POST', '/instances/dry-run', instance)).status === 200)
    const before = (await ours.ask('demo', 'GET', '/instances')).body
    await rig.nova.stop()
    try {
      await until(async () => (await ours.ask('demo', 'GET', '/flavors')).headers.get('warning') !== null)
      assert.equal((await listed('demo')).length, 7)
      assert.equal((await ours.ask('demo', 'GET', '/flavors/2')).status, 200)
      assert.equal((await ours.ask('demo', 'GET', '/instances')).status, 200)
      for (const path of ['/instances', '/instances/dry-run']) {
        const refused = await ours.ask<{ serviceUnavailable: { message: string } }>('demo', 'POST', path, instance)
        assert.deepEqual([path, refused.status, refused.headers.get('retry-after')], [path, 503, '10'])
        assert.match(refused.body.serviceUnavailable.message, /^Nova is unreachable\./)
      }
      assert.deepEqual((await ours.ask('demo', 'GET', '/instances')).body, before)
    } finally {
      await rig.nova.start()
    }
    await until(async () => (await ours.ask('demo', 'GET', '/flavors')).headers.get('warning') === null)
    assert.equal((await ours.ask('demo', 'POST', '/instances/dry-run', instance)).status, 200)
  })
})
