import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { startWorld, type World } from '../world.ts'

let keystone: FakeKeystone
let world: World
before(async () => {
  keystone = await startFakeKeystone({ now: new Date() })
  const login = ['username = trove', 'password = service-pass', 'project_name = service']
  world = await startWorld({
    conf: {
      keystone_authtoken: [`auth_url = ${keystone.url}`, ...login, 'region_name = RegionOne'],
      trovets: ['rate_limits = false', 'flavor_source = file', 'compute_driver = local'],
    },
  })
})
after(async () => {
  await world.stop()
  await keystone.stop()
})
beforeEach(() => {
  keystone.mode.now = 'answer'
  keystone.requests.length = 0
})

const base = '/console/identity/v3'

type Options = { method?: string; headers?: Record<string, string>; body?: unknown }

const ask = (path: string, { method = 'GET', headers = {}, body }: Options = {}) =>
  fetch(`${world.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const passwordOf = (name: string, password: string) => ({
  methods: ['password'],
  password: { user: { name, password, domain: { name: 'Default' } } },
})
const logIn = (identity: object, headers: Record<string, string> = {}, scope: unknown = 'unscoped') =>
  ask(`${base}/auth/tokens`, { method: 'POST', body: { auth: { identity, scope } }, headers })

const messageOf = async (answer: Response) => Object.values((await answer.json()) as object)[0].message as string

test('a user logs in, lists projects, gets a token for one, and ends it', async () => {
  const answer = await logIn(passwordOf('ann', 'secret'))
  assert.equal(answer.status, 201)
  const token = answer.headers.get('x-subject-token')!
  const listed = await ask(`${base}/auth/projects`, { headers: { 'x-auth-token': token } })
  assert.deepEqual(
    ((await listed.json()) as { projects: { id: string }[] }).projects.map(({ id }) => id),
    ['p1', 'p2'],
  )
  const scoped = await logIn({ methods: ['token'], token: { id: token } }, {}, { project: { id: 'p1' } })
  const own = scoped.headers.get('x-subject-token')!
  const used = () => fetch(`${world.url}/v1.0/p1/instances`, { headers: { 'x-auth-token': own } })
  assert.equal((await used()).status, 200)
  const ended = await ask(`${base}/auth/tokens`, {
    method: 'DELETE',
    headers: { 'x-auth-token': own, 'x-subject-token': own },
  })
  assert.equal(ended.status, 204)
  assert.equal((await ask(`${base}/auth/projects`, { headers: { 'x-auth-token': own } })).status, 401)
})

test('an application credential logs in', async () => {
  const credential = { id: 'credential', secret: 'credential-pass' }
  const answer = await logIn({ methods: ['application_credential'], application_credential: credential }, {}, undefined)
  assert.equal(answer.status, 201)
  assert.equal(((await answer.json()) as { token: { project: { id: string } } }).token.project.id, 'service')
})

test('only tokens reach Keystone, and no cookie comes back', async () => {
  const token = keystone.issue('u1', { project: 'p1' })
  const answer = await ask(`${base}/auth/projects?name=x`, {
    headers: {
      'x-auth-token': token,
      cookie: 'a=b',
      'x-forwarded-for': '192.0.2.1',
      'x-other': 'c',
      origin: 'http://evil',
    },
  })
  assert.equal(answer.headers.get('set-cookie'), null)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const [{ line, headers }] = keystone.requests as [FakeKeystone['requests'][number]]
  assert.equal(line, 'GET /v3/auth/projects')
  assert.deepEqual(Object.keys(headers).sort(), ['accept', 'connection', 'host', 'x-auth-token'])
})

test('only the method and the scope of a login reach Keystone, and unknown methods do not', async () => {
  const foreign = await logIn({ methods: ['saml2'], saml2: {} })
  assert.equal(foreign.status, 400)
  assert.match(await messageOf(foreign), /Unsupported method: use password, token/)
  for (const identity of [{}, { methods: [] }, { methods: 'password' }, { methods: ['password'], password: 'secret' }])
    assert.equal((await logIn(identity)).status, 400)
  assert.equal((await ask(`${base}/auth/tokens`, { method: 'POST', body: [] })).status, 400)
  assert.deepEqual(keystone.requests, [])
})

test('no other path and no other method is passed on', async () => {
  const headers = { 'x-auth-token': keystone.issue('trove-user', { project: 'service' }) }
  const others: [method: string, path: string][] = [
    ['GET', '/auth/tokens'],
    ['HEAD', '/auth/tokens'],
    ['PUT', '/auth/projects'],
    ['GET', '/users'],
    ['POST', '/users'],
    ['GET', '/auth/projects/'],
    ['GET', '/auth/projects/..%2f..%2fusers'],
    ['GET', '/auth/catalog'],
    ['GET', ''],
    ['GET', '/../v3/users'],
  ]
  for (const [method, path] of others) {
    const answer = await ask(`${base}${path}`, { method, headers })
    assert.notEqual(answer.status, 200, `${method} ${path}`)
  }
  assert.equal((await ask('/console/identity', { headers })).headers.get('content-type'), 'text/html; charset=utf-8')
  assert.deepEqual(keystone.requests, [])
})

test('a large login is refused before it is read', async () => {
  const answer = await logIn(passwordOf('ann', 'x'.repeat(20_000)))
  assert.equal(answer.status, 413)
  assert.deepEqual(keystone.requests, [])
})

test('a header that is no token does not reach Keystone', async () => {
  assert.equal((await ask(`${base}/auth/projects`)).status, 401)
  assert.equal((await ask(`${base}/auth/projects`, { headers: { 'x-auth-token': 'a b' } })).status, 401)
  assert.deepEqual(keystone.requests, [])
})

test('after a few wrong passwords, further attempts for this user wait, and others do not', async () => {
  const statuses: number[] = []
  for (let attempt = 0; attempt < 7; attempt++)
    statuses.push((await logIn(passwordOf('bob', `guess-${attempt}`))).status)
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429])
  const waiting = await logIn(passwordOf('bob', 'secret'), { 'x-forwarded-for': '192.0.2.9' })
  assert.equal(waiting.status, 429)
  assert.ok(Number(waiting.headers.get('retry-after')) >= 1)
  assert.match(await messageOf(waiting), /^Too many login attempts\. Wait \d+ s and try again\.$/)
  assert.equal((await logIn(passwordOf('ann', 'secret'))).status, 201)
  assert.equal(keystone.requests.length, 6)
})

test('a Keystone that fails or is away is said to be unavailable', async () => {
  keystone.mode.now = 'fail'
  for (const answer of [
    await logIn(passwordOf('ann', 'secret')),
    await ask(`${base}/auth/domains`, { headers: { 'x-auth-token': 'a' } }),
  ]) {
    assert.equal(answer.status, 503)
    assert.match(await messageOf(answer), /^The Keystone service is temporarily unavailable\./)
  }
})
