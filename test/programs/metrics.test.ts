import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { createDatastoreVersion } from '../../src/operations/datastores/manage-datastore-versions.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { until } from '../attacks/until.ts'
import { deploy } from '../servers/deployment.ts'
import { startWorld } from '../world.ts'

/** name{labels} → value, of what a server shows. */
async function scraped(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const lines = (await answer.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

const count = (method: string, route: string, status: number) =>
  `trovets_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`

test('requests are counted by their route, not by their URL; nobody needs a token to see it', async t => {
  const world = await startWorld()
  t.after(() => world.stop())
  const headers = { 'x-auth-token': await world.tokenOf('demo') }
  const base = `${world.url}/v1.0/${world.projectOf('demo')}`
  for (const path of ['/flavors', '/flavors/none-1', '/flavors/none-2', '/nowhere'])
    await fetch(base + path, { headers })
  const seen = await scraped(world.url)
  assert.equal(seen.get(count('GET', '/v1.0/:project/flavors', 200)), 1)
  assert.equal(seen.get(count('GET', '/v1.0/:project/flavors/:id', 404)), 2)
  assert.equal(seen.get(count('GET', 'other', 404)), 1)
  assert.equal(seen.get('trovets_database_up'), 1)
})

test('a request is in progress until its work has ended, even if its client has hung up', async t => {
  const world = await startWorld()
  t.after(() => world.stop())
  const inProgress = async () => (await scraped(world.url)).get('trovets_http_requests_in_progress')
  assert.equal(await inProgress(), 1, 'the scrape itself')
  const release = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const transaction = world.ports.stores.transaction(async stores => {
    await stores.datastores.lockAll()
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const hangUp = new AbortController()
  const request = fetch(`${world.url}/v1.0/${world.projectOf('admin')}/mgmt/quotas/somebody`, {
    method: 'PUT',
    headers: { 'x-auth-token': await world.tokenOf('admin'), 'content-type': 'application/json' },
    body: JSON.stringify({ quotas: { instances: 3 } }),
    signal: hangUp.signal,
  })
  await until('the request has begun', async () => (await inProgress()) === 2)
  hangUp.abort()
  await assert.rejects(request)
  assert.equal(await inProgress(), 2)
  release.resolve()
  await transaction
  await until('the request has ended', async () => (await inProgress()) === 1)
})

test('refusals and warnings are counted by moment, reason, datastore and version', async t => {
  const world = await startWorld()
  t.after(() => world.stop())
  const image = (await world.ports.images.list())[0]!
  const changes = { manager: image.manager, imageId: image.id, version: image.version, active: true }
  const version = await createDatastoreVersion(world.ports, {
    datastoreName: 'postgresql',
    name: '18',
    changes,
    isDefault: true,
  })
  const actor = { id: 'cli:ada', requestId: null }
  const policy = { versionId: version.id, restriction: 'listed', allowNone: true } as const
  await setFlavorPolicy(world.ports, actor, policy)
  const ask = async () =>
    fetch(`${world.url}/v1.0/${world.projectOf('demo')}/instances/dry-run`, {
      method: 'POST',
      headers: { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' },
      body: JSON.stringify({
        instance: { name: 'db', flavorRef: '1', volume: { size: 1 }, datastore: { type: 'postgresql', version: '18' } },
      }),
    })
  const counted = async (outcome: string) =>
    (await scraped(world.url)).get(
      `trovets_flavor_objections_total{moment="dry_run",outcome="${outcome}",reason="not_associated",datastore="postgresql",version="18"}`,
    )
  assert.equal((await ask()).status, 400)
  assert.equal(await counted('refused'), 1)
  await setFlavorPolicy(world.ports, actor, { ...policy, enforcement: 'warn' })
  assert.equal((await ask()).status, 200)
  assert.equal(await counted('warned'), 1)
})

test('a database that is gone leaves no stale figures, and the rest is shown all the same', async t => {
  const world = await startWorld()
  t.after(() => world.stop().catch(() => {}))
  await world.database.close()
  const seen = await scraped(world.url)
  assert.equal(seen.get('trovets_database_up'), 0)
  assert.ok(![...seen.keys()].some(name => name.startsWith('trovets_worker_queue')))
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

test('the queue waits for a worker, whose steps are shown on a port of its own', async t => {
  const port = await freePort()
  const at = await deploy(t, {
    apis: 1,
    workers: 0,
    conf: { DEFAULT: ['default_datastore = postgresql'], trovets: [`metrics_port = ${port}`] },
  })
  const create = await fetch(`${at.urls[0]}/v1.0/${at.projectOf('demo')}/instances`, {
    method: 'POST',
    headers: { 'x-auth-token': await at.tokenOf('demo'), 'content-type': 'application/json' },
    body: JSON.stringify({ instance: { name: 'db', flavorRef: '1', volume: { size: 1 } } }),
  })
  assert.equal(create.status, 200)
  const before = await scraped(at.urls[0]!)
  assert.equal(before.get('trovets_worker_queue{state="waiting"}'), 1)
  assert.equal(before.get('trovets_instances{status="BUILD"}'), 1)

  await at.startWorker()
  const worker = `http://127.0.0.1:${port}`
  await until('the instance is ACTIVE', async () => (await scraped(worker)).has('trovets_instances{status="ACTIVE"}'))
  const after = await scraped(worker)
  for (const step of ['reserve', 'initialise', 'configure', 'start', 'settle'])
    assert.ok(after.get(`trovets_worker_step_duration_seconds_count{step="${step}",outcome="done"}`)! >= 1, step)
  assert.equal(after.get('trovets_worker_queue{state="waiting"}'), 0)
})
