import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { several } from '../extent.ts'
import { type Deployment, deploy, type Program } from '../servers/deployment.ts'

const waitMs = 60_000

/** Whole lines that a program said: the last one may not have come yet. */
const linesOf = (program: Program) => program.said().split('\n').slice(0, -1)

async function until(isSo: () => boolean | Promise<boolean>, { said }: Program): Promise<void> {
  for (const deadline = performance.now() + waitMs; !(await isSo()); await setTimeout(20))
    assert.ok(performance.now() < deadline, said())
}

for (const [what, conf, client] of (
  [
    ['who is connected, whatever the request says', {}, '127.0.0.1'],
    [
      'whom a proxy names, where that is believed',
      { oslo_middleware: ['enable_proxy_headers_parsing = true'] },
      '203.0.113.7',
    ],
  ] as const
).slice(0, several(2, 1)))
  test(`the log names ${what}, in one line of JSON for each request`, async t => {
    const { urls, apis } = await deploy(t, { apis: 1, workers: 0, conf })
    const ask = (path: string, forwardedFor: string) =>
      fetch(urls[0] + path, { headers: { 'x-forwarded-for': forwardedFor } })
    await ask('/?first', '203.0.113.7, 10.0.0.9')
    await ask('/?second', '"}, {"level":60')
    const lines = () => linesOf(apis[0]!).filter(line => line.includes('GET /?'))
    await until(() => lines().length === 2, apis[0]!)
    const [first, second] = lines().map(line => JSON.parse(line))
    assert.deepEqual([first.method, first.url, first.status, first.client], ['GET', '/?first', 200, client])
    assert.match(first.requestId, /^req-/)
    assert.deepEqual([second.url, second.client], ['/?second', '127.0.0.1'])
  })

test('a policy file that is broken under a running server is told of once, and the policies stay until it is mended', async t => {
  const { urls, apis, dataDir, tokenOf, projectOf } = await deploy(t, { apis: 1, workers: 0 })
  const headers = { 'x-auth-token': await tokenOf('demo') }
  const status = async () => (await fetch(`${urls[0]}/v1.0/${projectOf('demo')}/flavors`, { headers })).status
  const save = (text: string) => {
    const file = join(dataDir, 'policy.yaml')
    writeFileSync(`${file}~`, text)
    renameSync(`${file}~`, file)
  }
  assert.equal(await status(), 200)
  save('flavor:index: role:nobody\n')
  assert.equal(await status(), 403)
  save('flavor:index: "role:member or"\n')
  for (let time = 0; time < 3; time++) assert.equal(await status(), 403)
  save('flavor:index: role:member\n')
  assert.equal(await status(), 200)

  const answered = () => linesOf(apis[0]!).filter(line => line.includes('/flavors'))
  await until(() => answered().length === 6, apis[0]!)
  const told = linesOf(apis[0]!).filter(line => line.includes('policy'))
  assert.equal(told.length, 1, told.join('\n'))
  const { level, msg } = JSON.parse(told[0]!)
  assert.equal(level, 40)
  assert.ok(
    msg.startsWith(`The access policies in ${join(dataDir, 'policy.yaml')} cannot be used: the rule 'flavor:index'`),
    msg,
  )
  assert.match(msg, /The previous access policies stay in force\.$/)
})

const flavors = "flavors:\n  - { id: '1', name: tiny, vcpus: 1, ram: 64, disk: 1 }\n"

/** Asks as `demo`, or as nobody in particular. */
async function ask({ urls }: Deployment, method: string, path: string, headers: Record<string, string>, body?: string) {
  const answer = await fetch(urls[0] + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  return { status: answer.status, token: answer.headers.get('x-subject-token'), text }
}

const loginOf = (password: string) =>
  JSON.stringify({
    auth: {
      identity: { methods: ['password'], password: { user: { name: 'demo', password, domain: { name: 'Default' } } } },
    },
  })

test('passwords and tokens are in no log, also with debug on', async t => {
  const conf = { DEFAULT: ['debug = true', 'default_datastore = postgresql'] }
  const at = await deploy(t, { apis: 1, workers: 1, flavors, conf })
  const [api, worker] = [at.apis[0]!, at.workers[0]!]
  const login = await ask(at, 'POST', '/identity/v3/auth/tokens', {}, loginOf('demo-pass'))
  assert.equal(login.status, 201)
  const token = login.token!
  const headers = { 'x-auth-token': token }
  const base = `/v1.0/${at.projectOf('demo')}`
  const says = async (status: number, method: string, path: string, body?: object | string) => {
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    const answer = await ask(at, method, path, headers, text)
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`)
    return answer.text === '' ? {} : JSON.parse(answer.text)
  }

  const user = (name: string, password: unknown) => ({ name, password })
  const instance = (password: unknown) => ({
    instance: { name: 'db', flavorRef: '1', volume: { size: 1 }, users: [user('ann', password)] },
  })
  const { id } = (await says(200, 'POST', `${base}/instances`, instance('made-along'))).instance
  const shown = async () => (await says(200, 'GET', `${base}/instances/${id}`)).instance.status
  await until(async () => (await shown()) !== 'BUILD', worker)
  assert.equal(await shown(), 'ACTIVE', worker.said())
  const root = (await says(200, 'POST', `${base}/instances/${id}/root`)).user.password as string
  await says(202, 'POST', `${base}/instances/${id}/users`, { users: [user('bob', 'made-later')] })
  await says(202, 'PUT', `${base}/instances/${id}/users/bob`, { user: user('bob', 'changed-later') })
  await says(400, 'POST', `${base}/instances`, instance(['of-no-shape']))
  await says(400, 'POST', `${base}/instances`, JSON.stringify(instance('torn-off')).slice(0, -3))
  await says(400, 'POST', '/identity/v3/auth/tokens', { auth: { password: 'misplaced' } })
  await says(401, 'POST', '/identity/v3/auth/tokens', loginOf('mistaken'))
  await says(200, 'GET', `${base}/flavors?limit=5&token=${token}&X-Auth-Token=${token}`)
  await says(404, 'GET', `/nowhere?password=in-the-url`)
  const forged = `${token}x`
  assert.equal((await ask(at, 'GET', `${base}/flavors`, { 'x-auth-token': forged })).status, 401)
  await sql`alter table trovets_instances rename to away`.execute(at.database.kysely)
  await says(500, 'POST', `${base}/instances`, instance('of-a-fault'))
  await sql`alter table away rename to trovets_instances`.execute(at.database.kysely)
  await says(200, 'GET', `${base}/flavors?last`)
  await until(() => linesOf(api).some(line => line.includes('?last')), api)

  const said = api.said() + worker.said()
  assert.match(said, /"faultId":"[0-9a-f-]{36}","msg":"fault"/)
  assert.match(said, new RegExp(`"url":"${base}/flavors\\?limit=5&`))
  const intent = (await at.ports.stores.instances.byId(id))!.intent!
  const administrator = at.ports.secrets.unseal(intent.adminPassword!)
  const words = ['demo-pass', 'made-along', 'made-later', 'changed-later', 'of-no-shape', 'torn-off', 'misplaced']
  for (const secret of [...words, 'mistaken', 'in-the-url', 'of-a-fault', token, root, administrator])
    assert.ok(
      !said.includes(secret),
      said
        .split('\n')
        .filter(line => line.includes(secret))
        .join('\n'),
    )
})
