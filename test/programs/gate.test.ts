import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import { associateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { addRequirements } from '../../src/operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy } from '../../src/operations/flavors/set-flavor-policy.ts'
import { addWaiver } from '../../src/operations/waivers/add-waiver.ts'
import { endWaiver } from '../../src/operations/waivers/change-waiver.ts'
import { startTroveStandIn } from '../outside/trove.ts'
import { addDatastore, addVersion, versionOf } from '../store/rows.ts'
import { startWorld, type World } from '../world.ts'

const actor = { id: 'cli:ada', requestId: null }
const flavors = `
flavors:
  - { id: "1", name: tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: "2", name: fits, vcpus: 2, ram: 2048, disk: 20 }
  - { id: "3", name: off-the-list, vcpus: 2, ram: 2048, disk: 20 }
  - { id: "4", name: huge, vcpus: 16, ram: 65536, disk: 20 }
volume_types:
  - { name: fast }
  - { name: slow }
`

/** A gate in front of a Trove that only writes down what reaches it, with versions of each kind and one instance on them. */
async function startGate() {
  const trove = await startTroveStandIn()
  const world = await startWorld({
    flavors,
    conf: {
      DEFAULT: ['default_datastore = mysql'],
      trovets: ['rate_limits = false', `trove_endpoint = ${trove.url}`, 'decision_callers = alt-user'],
    },
  })
  const { stores } = world.ports
  const datastore = await addDatastore(stores, 'mysql')
  // As Trove registers it: its image is in Glance, which is none of the gate's business.
  const version = async (name: string) => {
    const version = versionOf(datastore.id, name, { imageId: randomUUID() })
    await stores.versions.insert(version)
    return version.id
  }
  const strict = await version('strict')
  await associateFlavors(world.ports, actor, {
    versionId: strict,
    flavorIds: ['1', '2', '4'],
    check: true,
    force: true,
  })
  await addRequirements(world.ports, actor, { versionId: strict, requirements: ['ram>=1024', 'vcpus<=8'] })
  const named = await version('named')
  const lenient = await version('lenient')
  await addRequirements(world.ports, actor, { versionId: lenient, requirements: ['ram>=1024'] })
  await setFlavorPolicy(world.ports, actor, { versionId: lenient, enforcement: 'warn' })
  const instances = world.database.kysely
  const instance = async (projectId: string, flavorId: string, versionId: string) => {
    const id = randomUUID()
    const row = { id, name: 'db', task_id: 1, server_status: 'ACTIVE', flavor_id: flavorId, tenant_id: projectId }
    await instances
      .insertInto('instances')
      .values({ ...row, deleted: 0, datastore_version_id: versionId, volume_size: 1 } as never)
      .execute()
    return id
  }
  return { trove, world, stores, strict, lenient, named, instance }
}

type Gate = Awaited<ReturnType<typeof startGate>>

describe('the gate in front of a Trove', () => {
  let gate: Gate
  let world: World
  let token: string
  before(async () => {
    gate = await startGate()
    world = gate.world
    token = await world.tokenOf('demo')
  })
  after(async () => {
    await gate.world.stop()
    await gate.trove.stop()
  })
  beforeEach(() => {
    gate.trove.received.length = 0
  })

  const send = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const answer = await fetch(`${world.url}/v1.0/demo-project${path}`, {
      method,
      headers: {
        'x-auth-token': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const reached = () => gate.trove.received.map(({ method, path }) => `${method} ${path}`)
  const create = (flavorRef: string, more: object = {}) => ({
    instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore: { type: 'mysql', version: 'strict' }, ...more },
  })

  /** What is asked with a flavor, for each operation; `own` is an instance on flavor 2, and `small` one on flavor 1. */
  const operations: Record<string, (flavor: string) => Promise<[string, string, unknown]>> = {
    create: async flavor => ['POST', '/instances', create(flavor)],
    restore: async flavor => ['POST', '/instances', create(flavor, { restorePoint: { backupRef: 'b' } })],
    replica: async flavor => [
      'POST',
      '/instances',
      { instance: { name: 'r', replica_of: await gate.instance('demo-project', flavor, gate.strict) } },
    ],
    resize: async flavor => [
      'POST',
      `/instances/${await gate.instance('demo-project', '2', gate.strict)}/action`,
      { resize: { flavorRef: flavor } },
    ],
    'upgrade by PATCH': async flavor => [
      'PATCH',
      `/instances/${await gate.instance('demo-project', flavor, gate.lenient)}`,
      { instance: { datastore_version: 'strict' } },
    ],
    'upgrade by PUT': async flavor => [
      'PUT',
      `/instances/${await gate.instance('demo-project', flavor, gate.lenient)}`,
      { instance: { datastore_version: 'strict' } },
    ],
    'cluster create': async flavor => [
      'POST',
      '/clusters',
      {
        cluster: {
          name: 'c',
          datastore: { type: 'mysql', version: 'strict' },
          instances: [
            { flavorRef: '2', volume: { size: 1 } },
            { flavorRef: flavor, volume: { size: 1 } },
          ],
        },
      },
    ],
  }
  for (const [operation, request] of Object.entries(operations)) {
    test(`${operation}: an allowed flavor reaches Trove, whose answer comes back`, async () => {
      const [method, path, body] = await request('2')
      const answer = await send(method, path, body)
      assert.equal(answer.status, 202, answer.text)
      assert.equal(answer.text, '{"instance":{"id":"made-by-trove"}}')
      assert.equal(answer.headers.get('x-openstack-request-id'), 'req-of-trove')
      assert.deepEqual(reached(), [`${method} /v1.0/demo-project${path}`])
      assert.equal(gate.trove.received[0]!.body, JSON.stringify(body))
    })
    for (const [what, flavor, words] of [
      ['not on the list', '3', /not on the list of mysql strict/],
      ['below the minimum', '1', /ram/],
      ['above the maximum', '4', /vcpus/],
    ] as const)
      test(`${operation}: a flavor that is ${what} is refused with the reason, and never reaches Trove`, async () => {
        const [method, path, body] = await request(flavor)
        const answer = await send(method, path, body)
        assert.equal(answer.status, 400, answer.text)
        assert.match(answer.text, words)
        assert.deepEqual(reached(), [])
      })
  }

  for (const [operation, request] of Object.entries(operations))
    test(`${operation}: what is waived reaches Trove with a warning that says until when, and no longer after the waiver`, async () => {
      const version = gate.strict
      const { waiver } = await addWaiver(world.ports, actor, {
        ...{
          projectId: 'demo-project',
          datastore: 'mysql',
          version,
          only: ['ram>=1GiB'],
          until: '3d',
          reason: 'migration',
        },
      })
      const until = waiver.until.toISOString().slice(0, 19)
      const [method, path, body] = await request('1')
      const answer = await send(method, path, body)
      assert.equal(answer.status, 202, answer.text)
      assert.match(answer.headers.get('warning') ?? '', new RegExp(`^299 trove-ts ".*ram.*, waived until ${until}Z\\.`))
      assert.deepEqual(reached(), [`${method} /v1.0/demo-project${path}`])
      const [, listPath, offTheList] = await request('3')
      assert.equal((await send(method, listPath, offTheList)).status, 400)
      await endWaiver(world.ports, actor, waiver.id)
      const [, pathAgain, bodyAgain] = await request('1')
      assert.equal((await send(method, pathAgain, bodyAgain)).status, 400)
      assert.equal(reached().length, 1)
    })

  test('the name of a flavor is refused with its id, because Trove reads ids only', async () => {
    assert.equal(world.ports.settings.flavorRefsByName, false)
    for (const operation of ['create', 'resize', 'cluster create']) {
      const [method, path, body] = await operations[operation]!('fits')
      const answer = await send(method, path, body)
      assert.equal(answer.status, 400, answer.text)
      assert.match(
        answer.text,
        /Flavor fits is not supported .* there is no flavor with this id; fits is the name of flavor 2/,
      )
    }
    assert.deepEqual(reached(), [])
  })

  test('a flavor is judged by its name if the version requires one', async () => {
    const versionId = gate.named
    await addRequirements(world.ports, actor, { versionId, requirements: ['name=f*'] })
    const ask = (flavor: string) =>
      send('POST', '/instances', create(flavor, { datastore: { type: 'mysql', version: 'named' } }))
    assert.equal((await ask('2')).status, 202)
    const refused = await ask('1')
    assert.equal(refused.status, 400)
    assert.match(refused.text, /it does not meet name=f\* \(its name is 'tiny'\)/)
    assert.equal(reached().length, 1)
  })

  test('a flavor that the version only warns of is admitted, and the answer says so', async () => {
    const body = create('1', { datastore: { type: 'mysql', version: 'lenient' } })
    const answer = await send('POST', '/instances', body)
    assert.equal(answer.status, 202)
    assert.match(answer.headers.get('warning') ?? '', /^299 trove-ts ".*ram/)
  })

  test('a cluster with thousands of members that are the same is judged as one of each kind', async () => {
    const members = Array.from({ length: 4000 }, (_, at) => ({ flavorRef: at === 2 ? '2' : '1' }))
    const cluster = { name: 'c', datastore: { type: 'mysql', version: 'lenient' }, instances: members }
    const warned = async () => {
      const metrics = await (await fetch(`${world.url}/metrics`)).text()
      return Number(/objections_total\{moment="cluster_create",outcome="warned",.*\} (\d+)/.exec(metrics)?.[1] ?? 0)
    }
    const before = await warned()
    assert.equal((await send('POST', '/clusters', { cluster })).status, 202)
    assert.equal(await warned(), before + 1)
  })

  test('growing a volume, a migration and a rebuild are never refused', async () => {
    const id = await gate.instance('demo-project', '1', gate.strict)
    assert.equal((await send('POST', `/instances/${id}/action`, { resize: { volume: { size: 2 } } })).status, 202)
    for (const body of [{ migrate: {} }, { rebuild: { image_id: randomUUID() } }])
      assert.equal((await send('POST', `/mgmt/instances/${id}/action`, body)).status, 202)
    assert.equal(reached().length, 3)
  })

  test('an instance of another project goes to Trove, for its own 404', async () => {
    const id = await gate.instance('alt-project', '2', gate.strict)
    await send('POST', `/instances/${id}/action`, { resize: { flavorRef: '1' } })
    assert.equal(reached().length, 1)
  })

  test('a request without a valid token, or for another project, is refused before it is judged', async () => {
    assert.equal((await send('POST', '/instances', create('2'), { 'x-auth-token': 'nonsense' })).status, 401)
    const alt = await world.tokenOf('alt')
    assert.equal((await send('POST', '/instances', create('2'), { 'x-auth-token': alt })).status, 403)
    assert.deepEqual(reached(), [])
  })

  test('what can be read in two ways is refused with the way out', async () => {
    const body = '{"instance":{"name":"db","flavorRef":"2","flavorRef":"1","volume":{"size":1}}}'
    const answer = await send('POST', '/instances', body)
    assert.equal(answer.status, 400)
    assert.match(answer.text, /Duplicate key 'flavorRef'/)
    assert.deepEqual(reached(), [])
  })

  test('a refusal does not repeat a whole body', async () => {
    const long = '1'.repeat(100_000)
    const twice = `"${'k'.repeat(50_000)}":1`
    const many = Array.from({ length: 5000 }, (_, at) => `"k${at}":1`)
    for (const body of [`{"a":${long}}`, `{${twice},${twice}}`, `{"resize":{},${many.join(',')}}`]) {
      const answer = await send('POST', '/instances/i/action', body)
      assert.equal(answer.status, 400)
      assert.ok(answer.text.length < 1000, answer.text.slice(0, 2000))
    }
  })

  for (const path of ['//instances', '/%69nstances', '/instances/', '/./instances', '/instances%0A'])
    test(`a create at ${path}, which Trove could read as /instances, is refused and never reaches Trove`, async () => {
      const { hostname, port } = new URL(world.url)
      const headers = { 'x-auth-token': token, 'content-type': 'application/json' }
      // `fetch` would resolve the dots itself.
      const asked = request({ hostname, port, method: 'POST', path: `/v1.0/demo-project${path}`, headers })
      asked.end(JSON.stringify(create('1')))
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      assert.equal(answer.statusCode, 400)
      assert.match(await text(answer), /can be read in several ways/)
      assert.deepEqual(reached(), [])
    })

  for (const [method, target] of [
    ['OPTIONS', '*'],
    ['GET', 'ftp://trove.example/v1.0/demo-project/instances'],
  ] as const)
    test(`${method} ${target} has no path, so that it is not found and never reaches Trove`, async () => {
      const { hostname, port } = new URL(world.url)
      const asked = request({ hostname, port, method, path: target }).end()
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      assert.equal(answer.statusCode, 404)
      assert.match(await text(answer), /The resource could not be found/)
      assert.deepEqual(reached(), [])
    })

  const untouched: readonly [string, string, unknown?][] = [
    ['GET', '/instances?limit=2&include_clustered=true'],
    ['GET', '/flavors'],
    ['DELETE', '/instances/x'],
    ['POST', '/instances/x/action', { restart: {} }],
    ['POST', '/instances/x/databases', { databases: [{ name: 'a' }] }],
    ['PUT', '/instances/x/users', { users: [] }],
    ['PATCH', '/instances/x', { instance: { name: 'new' } }],
    ['POST', '/backups', { backup: {} }],
    ['GET', '/configurations'],
    ['POST', '/mgmt/instances/x/action', { stop: {} }],
    ['GET', '/mgmt/datastore-versions'],
    ['GET', '/nowhere/at//all%2F?a=%zz'],
  ]
  for (const [method, path, body] of untouched)
    test(`${method} ${path} passes untouched, without a look at the token`, async () => {
      const answer = await send(method, path, body, { 'x-auth-token': 'whatever' })
      assert.equal(answer.status, 202, answer.text)
      assert.equal(answer.headers.get('x-trove'), 'yes')
      assert.deepEqual(reached(), [`${method} /v1.0/demo-project${path}`])
      assert.equal(gate.trove.received[0]!.body, body === undefined ? '' : JSON.stringify(body))
    })

  const ours: readonly [string, string, number, unknown?][] = [
    ['GET', '/datastores/mysql/versions/strict/flavors', 200],
    ['GET', '/datastores/mysql/versions/strict/flavors/1', 200],
    ['GET', '/datastores/mysql/versions/strict/volume-types', 200],
  ]
  for (const [method, path, status, body] of ours)
    test(`${method} ${path} is answered by the gate`, async () => {
      const answer = await send(method, path, body)
      assert.equal(answer.status, status, answer.text)
      assert.deepEqual(reached(), [])
    })

  test('Trove gets the address of the client and a request id, and nothing that only a proxy may say', async () => {
    await send('GET', '/instances', undefined, {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=203.0.113.9',
    })
    const { rawHeaders } = gate.trove.received[0]!
    const headers = new Map(
      rawHeaders.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), rawHeaders[at + 1]!]])),
    )
    assert.equal(headers.get('x-forwarded-for'), '127.0.0.1')
    assert.equal(headers.get('x-forwarded-proto'), 'http')
    assert.equal(headers.get('x-forwarded-host'), new URL(world.url).host)
    assert.equal(headers.get('host'), new URL(world.url).host)
    assert.equal(headers.has('forwarded'), false)
    assert.match(headers.get('x-openstack-request-id') ?? '', /^req-/)
  })

  test('headers with an underscore do not reach Trove, whose server would take them for those with a hyphen', async () => {
    await send('POST', '/instances', create('2'), {
      ...{ Transfer_Encoding: 'chunked', X_Auth_Token: 'other', Content_Length: '2', X_Forwarded_For: '203.0.113.9' },
      'x-other': 'stays',
    })
    const { rawHeaders } = gate.trove.received[0]!
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
    assert.deepEqual(
      names.filter(name => name.includes('_')),
      [],
    )
    assert.ok(names.includes('x-other'))
  })

  describe('decisions for others', () => {
    type Answer = {
      decision: string
      decision_id: string
      status: number | null
      body: { badRequest: { message: string } }
      warnings: string[]
      forbidden: { message: string }
    }
    const inBase64 = (body: unknown) => Buffer.from(JSON.stringify(body)).toString('base64')
    const ask = async (person: string, request: object) => {
      const answer = await fetch(`${world.url}/v1.0/${world.projectOf(person)}/decisions`, {
        method: 'POST',
        headers: { 'x-auth-token': await world.tokenOf(person), 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      return { status: answer.status, body: (await answer.json()) as Answer }
    }
    const demo = { user_id: 'demo-user', project_id: 'demo-project', roles: ['member'] }
    const request = (flavor: string, more: object = {}) => ({
      method: 'POST',
      path: '/v1.0/demo-project/instances',
      content_type: 'application/json',
      body_base64: inBase64(create(flavor)),
      ...more,
    })

    test('somebody in decision_callers asks for others, and gets what the gate would answer', async () => {
      const { body } = await ask('alt', request('1', { identity: demo }))
      const refused = await send('POST', '/instances', create('1'))
      assert.deepEqual([body.decision, body.status, body.body], ['refuse', refused.status, JSON.parse(refused.text)])
      assert.match(body.decision_id, /^dec-/)
      const { body: admitted } = await ask('alt', request('2', { identity: demo }))
      assert.deepEqual([admitted.decision, admitted.status, admitted.warnings], ['admit', null, []])
    })

    test('nobody else may name an identity, not even an admin', async () => {
      for (const person of ['demo', 'admin']) {
        const { status, body } = await ask(person, request('2', { identity: demo }))
        assert.equal(status, 403)
        assert.match(body.forbidden.message, new RegExp(`User ${person}-user may not ask for decisions`))
      }
    })

    test('without an identity, the request is the caller’s own', async () => {
      assert.equal((await ask('demo', request('2'))).body.decision, 'admit')
      const { body } = await ask('admin', request('2'))
      assert.deepEqual([body.decision, body.status], ['refuse', 403])
    })

    test('requests that ask for no hardware are admitted, and unclear ones refused', async () => {
      const get = { method: 'GET', path: '/v1.0/demo-project/instances' }
      assert.equal((await ask('demo', get)).body.decision, 'admit')
      const twice = Buffer.from('{"instance":{"name":"a","name":"b"}}').toString('base64')
      const { body } = await ask('demo', request('2', { body_base64: twice }))
      assert.equal(body.decision, 'refuse')
      assert.match(body.body.badRequest.message, /Duplicate key 'name'/)
    })

    test('a body that is not base64 is refused, and never judged as another one', async () => {
      const whole = inBase64(create('1'))
      for (const body_base64 of ['!!!', `${whole}!`, whole.slice(0, 30).concat('\n', whole.slice(30)), 'YQ'])
        assert.equal((await ask('alt', request('1', { identity: demo, body_base64 }))).status, 400)
    })

    test('a body as large as Trove accepts is decided', async () => {
      const body_base64 = inBase64(create('2', { description: 'x'.repeat(110_000) }))
      assert.equal((await ask('demo', request('2', { body_base64 }))).status, 200)
    })
  })
})

describe('while something is unavailable', () => {
  for (const choice of ['refuse', 'admit'] as const)
    test(`the gate ${choice}s what gives hardware if when_unavailable says so, and passes on the rest`, async t => {
      const trove = await startTroveStandIn()
      const isAway = { flavors: { list: () => Promise.reject(new Fault('Nova is unreachable.', { status: 503 })) } }
      const world = await startWorld({
        conf: {
          trovets: [
            'rate_limits = false',
            `trove_endpoint = ${trove.url}`,
            `when_unavailable = refuse, resize:${choice}`,
          ],
        },
        ports: isAway,
      })
      t.after(async () => {
        await world.stop()
        await trove.stop()
      })
      const version = await addVersion(world.ports.stores)
      const id = randomUUID()
      const row = { id, name: 'db', task_id: 1, server_status: 'ACTIVE', flavor_id: '2', tenant_id: 'demo-project' }
      await world.database.kysely
        .insertInto('instances')
        .values({ ...row, deleted: 0, datastore_version_id: version.id, volume_size: 1 } as never)
        .execute()
      const headers = { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' }
      const base = `${world.url}/v1.0/demo-project/instances`
      const body = JSON.stringify({ resize: { flavorRef: '3' } })
      const answer = await fetch(`${base}/${id}/action`, { method: 'POST', headers, body })
      assert.equal(answer.status, choice === 'admit' ? 202 : 503, await answer.clone().text())
      if (choice === 'refuse') {
        assert.ok(Number(answer.headers.get('retry-after')) > 0)
        assert.match(await answer.text(), /Nova is unreachable/)
      }
      assert.equal((await fetch(base, { headers })).status, 202)
      assert.equal((await fetch(`${base}/${id}`, { method: 'DELETE', headers })).status, 202)
      const metrics = await (await fetch(`${world.url}/metrics`)).text()
      const outcome = choice === 'admit' ? 'unchecked' : 'unavailable'
      assert.match(metrics, new RegExp(`decision_duration_seconds_count{operation="resize",outcome="${outcome}"} 1`))
    })

  test('an error of the gate itself admits nothing, even if when_unavailable says admit', async t => {
    const trove = await startTroveStandIn()
    const world = await startWorld({
      conf: { trovets: [`trove_endpoint = ${trove.url}`, 'when_unavailable = admit'] },
    })
    t.after(async () => {
      await world.stop()
      await trove.stop()
    })
    const version = await addVersion(world.ports.stores)
    // Not an outage: the database answers, with an error that nothing expects.
    await world.database.kysely.schema.dropTable('datastore_version_metadata').execute()
    const headers = { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' }
    const [datastore] = await world.ports.stores.datastores.list()
    const instance = { name: 'db', flavorRef: '2', datastore: { type: datastore!.name, version: version.name } }
    const url = `${world.url}/v1.0/demo-project/instances`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ instance }) })
    assert.equal(answer.status, 500, await answer.clone().text())
    assert.equal(answer.headers.get('retry-after'), null)
    assert.deepEqual(trove.received, [])
  })

  test('a Trove that works longer than a request may take here is waited for, by its own deadline', async t => {
    const trove = await startTroveStandIn({ answerAfterMs: 1500 })
    const world = await startWorld({
      conf: { trovets: ['rate_limits = false', 'request_timeout = 1', `trove_endpoint = ${trove.url}`] },
    })
    t.after(async () => {
      await world.stop()
      await trove.stop()
    })
    const version = await addVersion(world.ports.stores)
    const datastore = (await world.ports.stores.datastores.list())[0]!
    const headers = { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' }
    const instance = { name: 'db', flavorRef: '2', datastore: { type: datastore.name, version: version.name } }
    const url = `${world.url}/v1.0/demo-project/instances`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ instance }) })
    assert.equal(answer.status, 202, await answer.clone().text())
    assert.equal((await fetch(url, { headers })).status, 202)
  })

  test('a Trove that is away is told, with 503 and when to retry', async t => {
    const trove = await startTroveStandIn()
    const world = await startWorld({ conf: { trovets: ['rate_limits = false', `trove_endpoint = ${trove.url}`] } })
    t.after(() => world.stop())
    await trove.stop()
    const answer = await fetch(`${world.url}/v1.0/demo-project/instances`)
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '10')
    assert.match(await answer.text(), /Trove is unreachable/)
  })
})
