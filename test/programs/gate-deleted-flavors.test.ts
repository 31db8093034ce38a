import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { associateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { addRequirements } from '../../src/operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { startTroveStandIn } from '../outside/trove.ts'
import { addDatastore, versionOf } from '../store/rows.ts'
import { startWorld, type World } from '../world.ts'

const actor = { id: 'cli:ada', requestId: null }
const flavors = `
flavors:
  - { id: "1", name: fits, vcpus: 2, ram: 2048, disk: 20 }
  - { id: "hidden", name: hidden, vcpus: 2, ram: 2048, disk: 20, projects: [alt-project] }
`

describe('an instance whose flavor was deleted in Nova, and which keeps it', () => {
  let trove: Awaited<ReturnType<typeof startTroveStandIn>>
  let world: World
  let headers: Record<string, string>
  before(async () => {
    trove = await startTroveStandIn()
    const trovets = ['rate_limits = false', `trove_endpoint = ${trove.url}`, 'bypass_header = X-Reason']
    world = await startWorld({ flavors, conf: { trovets } })
    headers = { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' }
    const { stores } = world.ports
    const datastore = await addDatastore(stores, 'mysql')
    for (const name of ['old', 'open', 'listed', 'unlisted', 'minimum', 'lenient']) {
      const version = versionOf(datastore.id, name, { imageId: randomUUID() })
      await stores.versions.insert(version)
      const versionId = version.id
      const associate = (...flavorIds: string[]) =>
        associateFlavors(world.ports, actor, { versionId, flavorIds, check: false, force: true })
      if (name === 'listed') await associate('gone', 'hidden')
      if (name === 'unlisted') await associate('1')
      if (name === 'minimum' || name === 'lenient')
        await addRequirements(world.ports, actor, { versionId, requirements: ['ram>=1024'] })
      if (name === 'lenient') await setFlavorPolicy(world.ports, actor, { versionId, enforcement: 'warn' })
      versionIds.set(name, versionId)
    }
  })
  after(async () => {
    await world.stop()
    await trove.stop()
  })
  beforeEach(() => {
    trove.received.length = 0
  })

  const versionIds = new Map<string, string>()
  const instanceOn = async (flavorId: string, version: string) => {
    const id = randomUUID()
    const row = { id, name: 'db', task_id: 1, server_status: 'ACTIVE', flavor_id: flavorId, tenant_id: 'demo-project' }
    await world.database.kysely
      .insertInto('instances')
      .values({ ...row, deleted: 0, datastore_version_id: versionIds.get(version), volume_size: 1 } as never)
      .execute()
    return id
  }
  const send = async (method: string, path: string, body: object, more: Record<string, string> = {}) => {
    const url = `${world.url}/v1.0/demo-project${path}`
    const answer = await fetch(url, { method, headers: { ...headers, ...more }, body: JSON.stringify(body) })
    const { headers: answered, status } = answer
    return { status, warning: answered.get('warning'), text: await answer.text() }
  }
  const upgrade = async (flavorId: string, version: string, more?: Record<string, string>) => {
    const id = await instanceOn(flavorId, 'old')
    return send('PATCH', `/instances/${id}`, { instance: { datastore_version: version } }, more)
  }

  const unknownSize = /Flavor gone is not supported .*: its size is unknown, so it cannot be compared with ram>=1024\./
  const wayOut = /The flavor no longer exists, .*: contact your cloud operator\./
  const table: readonly (readonly [version: string, flavorId: string, says: readonly RegExp[] | undefined])[] = [
    ['open', 'gone', undefined],
    ['listed', 'gone', undefined],
    ['unlisted', 'gone', [/Flavor gone is not supported .*: it is not on the list of mysql unlisted/, wayOut]],
    ['minimum', 'gone', [unknownSize, wayOut]],
    ['minimum', 'hidden', undefined],
    ['unlisted', 'hidden', [/it is not on the list of mysql unlisted/, /Suitable flavors: fits \(1:/]],
  ]
  for (const [version, flavorId, says] of table)
    test(`${says ? 'is not' : 'is'} upgraded to '${version}' with the flavor '${flavorId}'`, async () => {
      const { status, text } = await upgrade(flavorId, version)
      assert.equal(status, says ? 400 : 202, text)
      for (const words of says ?? []) assert.match(text, words)
      assert.equal(trove.received.length, says ? 0 : 1)
    })

  test('is upgraded with a warning if the version only warns', async () => {
    const { status, warning } = await upgrade('gone', 'lenient')
    assert.equal(status, 202)
    assert.match(warning!, /its size is unknown, .* It is admitted anyway: this is only a warning\./)
  })

  test('is upgraded by an admin who gives a reason', async () => {
    const id = await instanceOn('gone', 'old')
    const url = `${world.url}/v1.0/admin-project/instances/${id}`
    const asAdmin = { ...headers, 'x-auth-token': await world.tokenOf('admin'), 'x-reason': 'ticket 7' }
    const body = JSON.stringify({ instance: { datastore_version: 'minimum' } })
    assert.equal((await fetch(url, { method: 'PATCH', headers: asAdmin, body })).status, 202)
  })

  test('can be rebuilt and migrated, and its volume can grow', async () => {
    const id = await instanceOn('gone', 'minimum')
    const requests: readonly [string, object][] = [
      [`/instances/${id}/action`, { resize: { volume: { size: 2 } } }],
      [`/mgmt/instances/${id}/action`, { rebuild: { image_id: randomUUID() } }],
      [`/mgmt/instances/${id}/action`, { migrate: {} }],
    ]
    for (const [path, body] of requests) assert.equal((await send('POST', path, body)).status, 202)
    assert.equal(trove.received.length, 3)
  })

  test('gets no replica, because a new server cannot have the flavor', async () => {
    const source = await instanceOn('gone', 'open')
    const { status, text } = await send('POST', '/instances', { instance: { name: 'r', replica_of: source } })
    assert.equal(status, 400)
    assert.match(text, /Resource gone cannot be found/)
  })
})
