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

async function get(path: string, token?: string) {
  const headers = token === undefined ? {} : { 'x-auth-token': token }
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

test('nothing is served in the place of Keystone', async () => {
  assert.equal((await get('/identity/v3')).status, 404)
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
