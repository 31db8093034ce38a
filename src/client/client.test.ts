import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../test/world.ts'
import { ApiError, openTroveClient, sendWithFetch, type TroveClient } from './client.ts'

let world: World
let trove: TroveClient
before(async () => {
  world = await startWorld()
  const endpoint = `${world.url}/v1.0/${world.projectOf('demo')}/`
  trove = openTroveClient(sendWithFetch({ endpoint, token: await world.tokenOf('demo') }))
})
after(() => world.stop())

test('an operation returns the body of the answer', async () => {
  const { flavors } = await trove.listFlavors({})
  assert.ok(flavors.length > 0)
  const { flavor } = await trove
    .showFlavorOrVersionFlavors({ path: { id: flavors[0]!.str_id } })
    .then(answer => answer as { flavor: (typeof flavors)[number] })
  assert.equal(flavor.name, flavors[0]!.name)
})

test('an error has the status, the name and the message of the service', async () => {
  const asked = trove.dryRunInstance({
    body: { instance: { name: 'db', flavorRef: '1', datastore: { type: 'oracle' } } },
  })
  await assert.rejects(asked, (error: ApiError) => {
    assert.ok(error instanceof ApiError)
    assert.deepEqual([error.status, error.code], [404, 'itemNotFound'])
    assert.match(error.message, /^Datastore 'oracle' cannot be found\./)
    return true
  })
})

test('names with any characters reach their operation, and none can lead to another', async () => {
  const show = (datastore: string) => trove.showDatastore({ path: { datastore } })
  await assert.rejects(show('a/../b?c#d %2e'), {
    status: 404,
    message: /^Datastore 'a\/\.\.\/b\?c#d %2e' cannot be found\./,
  })
  for (const name of ['', '.', '..']) await assert.rejects(show(name), /^TypeError: '.*' cannot be used as datastore/)
})

test('an answer without JSON is an error with its status', async () => {
  const send = async () => ({ status: 502, headers: { 'retry-after': '7' }, body: undefined })
  await assert.rejects(openTroveClient(send).listLimits({}), { status: 502, code: undefined, retryAfterSeconds: 7 })
})
