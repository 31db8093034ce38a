import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { startWorld, type World } from '../world.ts'

let keystone: FakeKeystone
let world: World
before(async () => {
  keystone = await startFakeKeystone({ now: new Date() })
  world = await startWorld({
    conf: {
      // A proxy's headers are heeded: none of them may open a path that rules close.
      oslo_middleware: ['enable_proxy_headers_parsing = true'],
      keystone_authtoken: [
        `auth_url = ${keystone.url}`,
        'www_authenticate_uri = https://cloud.example.org/identity',
        'region_name = RegionOne',
        'username = trove',
        'password = service-pass',
        'project_name = service',
        'http_connect_timeout = 1',
      ],
      trovets: ['flavors = file', 'rate_limits = false'],
    },
  })
})
after(async () => {
  await world.stop()
  await keystone.stop().catch(() => {})
})

async function get(path: string, token?: string, more: Readonly<Record<string, string>> = {}) {
  const headers = { ...(token === undefined ? {} : { 'x-auth-token': token }), ...more }
  const answer = await fetch(`${world.url}${path}`, { headers })
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, { message: string }>,
  }
}

test('a token of Keystone opens its project, and no other', async () => {
  const token = keystone.issue('u1', { project: 'p1' })
  assert.equal((await get('/v1.0/p1/flavors', token)).status, 200)
  assert.equal((await get('/v1.0/p2/flavors', token)).status, 403)
  assert.equal((await get('/v1.0/p1/mgmt/instances', token)).status, 401)
  assert.equal((await get('/v1.0/p2/mgmt/instances', keystone.issue('u1', { project: 'p2' }))).status, 200)
})

test('a 401 says where to log in', async () => {
  const { status, headers, body } = await get('/v1.0/p1/flavors', 'nonsense')
  assert.equal(status, 401)
  assert.equal(headers.get('www-authenticate'), 'Keystone uri="https://cloud.example.org/identity"')
  assert.equal(body.error?.message, 'The request you have made requires authentication.')
})

test('a token that is not for a project opens none, as in Trove', async () => {
  for (const scope of [undefined, { domain: 'default' }, 'system'] as const)
    assert.equal((await get('/v1.0/p1/flavors', keystone.issue('u1', scope))).status, 403)
})

const rulesFor = (...paths: readonly string[]) => ({
  accessRules: paths.map(path => ({ service: 'database', method: 'GET', path })),
})

test('a token with access rules opens what they name, and nothing else', async () => {
  const token = keystone.issue('u1', { project: 'p1' }, rulesFor('/v1.0/*/flavors', '/v1.0/p1/instances/**'))
  assert.equal((await get('/v1.0/p1/flavors', token)).status, 200)
  assert.equal((await get('/v1.0/p1/flavors?limit=1', token)).status, 200)
  assert.equal((await get('/v1.0/p1/instances/i1/flavors', token)).status, 404)
  assert.equal((await get('/v1.0/p2/flavors', token)).status, 403)
  const closed = ['/v1.0/p1/datastores', '/v1.0/p1/instances', '/v1.0/p1/flavors/1', '/v1.0/p1/nosuch', '/v1.0/p1']
  // Other ways to write a path lead where they do without rules, or nowhere.
  const awry = [
    '/v1.0/p1//flavors',
    '/v1.0/p1/flavors.json',
    '/v1.0/p1/flavors/../datastores',
    '/v1.0/p1/datastores?/flavors',
  ]
  for (const path of [...closed, ...awry]) {
    const { status, headers, body } = await get(path, token)
    assert.equal(status, 401, path)
    assert.ok(headers.get('www-authenticate'))
    assert.equal(body.error?.message, 'The request you have made requires authentication.')
  }
  const answer = await fetch(`${world.url}/v1.0/p1/instances`, { method: 'POST', headers: { 'x-auth-token': token } })
  assert.equal(answer.status, 401)
})

test('rules are about the path that was asked for, whatever it is an other name of', async () => {
  const accept = { accept: 'application/vnd.openstack.trove+json;version=1.0' }
  const token = keystone.issue('u1', { project: 'p1' }, rulesFor('/v1.0/p1/flavors'))
  assert.equal((await get('/p1/flavors', token, accept)).status, 401)
  assert.equal((await get('/p1/flavors', keystone.issue('u1', { project: 'p1' }), accept)).status, 200)
  const below = keystone.issue('u1', { project: 'p1' }, rulesFor('/v1.0/p1/instances/**'))
  assert.equal((await get('/v1.0/p1/flavors', below, { 'x-forwarded-prefix': '/v1.0/p1/instances' })).status, 401)
})

test('an admin’s rules hold as well, and no rules at all open nothing', async () => {
  const admin = keystone.issue('u1', { project: 'p2' }, rulesFor('/v1.0/p2/datastores'))
  assert.equal((await get('/v1.0/p2/datastores', admin)).status, 200)
  assert.equal((await get('/v1.0/p2/mgmt/instances', admin)).status, 401)
  const nothing = keystone.issue('u1', { project: 'p1' }, { accessRules: [] })
  assert.equal((await get('/v1.0/p1/flavors', nothing)).status, 401)
})

test('a service goes on with a token that has expired meanwhile, or that has rules for what the user asks', async () => {
  const service = { 'x-service-token': keystone.issue('trove-user', { project: 'service' }) }
  const expired = keystone.issue('u1', { project: 'p1' })
  const restricted = keystone.issue('u1', { project: 'p1' }, rulesFor('/v1.0/*/datastores'))
  keystone.expire(expired)
  assert.equal((await get('/v1.0/p1/flavors', expired)).status, 401)
  assert.equal((await get('/v1.0/p1/flavors', expired, service)).status, 200)
  assert.equal((await get('/v1.0/p1/flavors', restricted, service)).status, 200)
  assert.equal((await get('/v1.0/p1/flavors', restricted, { 'x-service-token': restricted })).status, 401)
  assert.equal((await get('/v1.0/p1/flavors', undefined, service)).status, 401)
  const good = keystone.issue('u1', { project: 'p1' })
  assert.equal((await get('/v1.0/p1/flavors', good, { 'x-service-token': 'nonsense' })).status, 401)
  assert.equal((await get('/v1.0/p1/flavors', good, { 'x-service-token': '' })).status, 200)
})

test('nothing is served in the place of Keystone', async () => {
  assert.equal((await get('/identity/v3')).status, 404)
})

test('a file that speaks of a Keystone, and does not say where it is, lets no users of ours in instead', async () => {
  for (const line of ['username = trove', 'memcached_servers = 10.0.0.3:11211', 'auth_section = login'])
    await assert.rejects(
      startWorld({ conf: { keystone_authtoken: [line], trovets: ['flavors = file'] } }),
      /trove\.conf: \[(keystone_authtoken|login)\] auth_url is required\./,
      line,
    )
})

test('while Keystone is away, who is known goes on, and who is not is told to come back', async () => {
  const [known, other] = ['p1', 'p2'].map(project => keystone.issue('u1', { project }))
  assert.equal((await get('/v1.0/p1/flavors', known)).status, 200)
  await keystone.stop()
  assert.equal((await get('/v1.0/p1/flavors', known)).status, 200)
  const { status, headers, body } = await get('/v1.0/p2/flavors', other)
  assert.equal(status, 503)
  assert.equal(headers.get('retry-after'), '10')
  assert.match(
    body.serviceUnavailable!.message,
    /^The Keystone service is temporarily unavailable\. Please keep this ID/,
  )
  assert.equal((await get('/v1.0/p1/flavors')).status, 401)
  await keystone.start()
  assert.equal((await get('/v1.0/p2/flavors', other)).status, 200)
})

test('a Keystone that hangs holds nobody up past its time', async () => {
  keystone.mode.now = 'hang'
  const startedAtMs = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => get('/v1.0/p1/flavors', keystone.issue('u1', { project: 'p1' }))),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]))
  assert.ok(performance.now() - startedAtMs < 5000)
  keystone.mode.now = 'answer'
})
