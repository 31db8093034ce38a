import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeInstallation, type Running } from './installation.ts'

const { startIn, stop, passwordOf, remove } = makeInstallation()
const attempts = 1000

type Attempt = { user: string; password: string; from: string; headers?: Record<string, string> }

describe('wrong passwords', { concurrency: false }, () => {
  let direct: Running & { url: string }
  let proxied: typeof direct
  let demo: ReturnType<typeof passwordOf>
  let admin: typeof demo
  const agent = new Agent({ keepAlive: true, maxSockets: 40 })
  before(async () => {
    direct = await startIn({}, 'data')
    const environment = { OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING: 'true' }
    proxied = await startIn({ environment }, 'proxied')
  })
  after(async () => {
    agent.destroy()
    await stop(direct)
    await stop(proxied)
    remove()
  })

  async function logIn(url: string, { user, password, from, headers = {} }: Attempt) {
    const identity = {
      methods: ['password'],
      password: { user: { name: user, password, domain: { name: 'Default' } } },
    }
    const begunMs = performance.now()
    const sent = request(`${url}/identity/v3/auth/tokens`, {
      method: 'POST',
      agent,
      localAddress: from,
      headers: { 'content-type': 'application/json', ...headers },
    })
    sent.end(JSON.stringify({ auth: { identity } }))
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const body = JSON.parse(await text(answer))
    const retryAfter = Number(answer.headers['retry-after'] ?? 0)
    return { status: answer.statusCode!, body, retryAfter, ms: performance.now() - begunMs }
  }

  /** Everything at once, as fast as it goes; how often each status was the answer. */
  async function attack(url: string, each: (index: number) => Omit<Attempt, 'password'>) {
    const answers = await Promise.all(
      Array.from({ length: attempts }, (_, index) => logIn(url, { ...each(index), password: `guess ${index}` })),
    )
    const count = (status: number) => answers.filter(answer => answer.status === status).length
    return { answers, tried: count(401), turnedAway: count(429) }
  }

  test('a thousand from one address are tried a handful of times, in the words of Keystone', async () => {
    ;[demo, admin] = ['trove-demo', 'trove-admin'].map(cloud => passwordOf('data', cloud)) as [
      typeof demo,
      typeof admin,
    ]
    const { answers, tried, turnedAway } = await attack(direct.url, () => ({ user: 'demo', from: '127.0.0.2' }))
    assert.equal(tried + turnedAway, attempts)
    assert.ok(tried <= 8, `${tried} were tried`)
    const { body, retryAfter } = answers.find(({ status }) => status === 429)!
    assert.deepEqual(
      { ...body.error, message: body.error.message.replace(/\d+ s/, '… s') },
      { code: 429, title: 'Too Many Requests', message: 'Too many login attempts. Wait … s and try again.' },
    )
    assert.ok(retryAfter >= 1 && retryAfter <= 30)
  })

  test('the user elsewhere and others at that address get in at once', async () => {
    const flood = attack(direct.url, () => ({ user: 'demo', from: '127.0.0.2' }))
    const elsewhere = await logIn(direct.url, { user: 'demo', password: demo.password, from: '127.0.0.3' })
    const another = await logIn(direct.url, { user: 'admin', password: admin.password, from: '127.0.0.2' })
    await flood
    assert.deepEqual([elsewhere.status, another.status], [201, 201])
    assert.ok(elsewhere.ms < 5000 && another.ms < 5000, `${elsewhere.ms} ms, ${another.ms} ms`)
  })

  test('the user at that address waits for as long as told, and gets in', async () => {
    const right = { user: 'demo', password: demo.password, from: '127.0.0.2' }
    const first = await logIn(direct.url, right)
    const last =
      first.status === 201 ? first : await setTimeout(first.retryAfter * 1000).then(() => logIn(direct.url, right))
    assert.ok(first.retryAfter <= 30)
    assert.equal(last.status, 201)
  })

  test('a user who does not exist is slowed down as one who does', async () => {
    const statuses = async (user: string) => {
      const answers = []
      for (let time = 0; time < 7; time++)
        answers.push(await logIn(direct.url, { user, password: 'x', from: '127.0.0.4' }))
      return answers.map(({ status, body }) => [status, body])
    }
    const known = await statuses('demo')
    assert.deepEqual(await statuses('nobody'), known)
    assert.deepEqual(
      known.map(([status]) => status),
      [401, 401, 401, 401, 401, 429, 429],
    )
  })

  test('names made up by the thousand keep another address waiting for no more than moments', async () => {
    const flood = attack(direct.url, index => ({ user: `made up ${index}`, from: '127.0.0.5' }))
    const guest = await logIn(direct.url, { user: 'demo', password: demo.password, from: '127.0.0.6' })
    const { turnedAway } = await flood
    assert.equal(guest.status, 201)
    assert.ok(guest.ms < 5000, `${guest.ms} ms`)
    assert.ok(turnedAway > 0)
  })

  for (const [which, headersOf] of Object.entries({
    'X-Forwarded-For, where no proxy is believed': (index: number) => ({
      'x-forwarded-for': `10.0.${index >> 8}.${index & 255}`,
    }),
    'Forwarded, where no proxy is believed': (index: number) => ({
      forwarded: `for=10.0.${index >> 8}.${index & 255}`,
    }),
  }))
    test(`forging ${which} does not help`, async () => {
      const from = which.startsWith('X') ? '127.0.0.7' : '127.0.0.8'
      const { tried } = await attack(direct.url, index => ({ user: 'demo', from, headers: headersOf(index) }))
      assert.ok(tried <= 8, `${tried} were tried`)
    })

  test('behind a proxy, neither what a client writes before its hop helps, nor the header that the proxy does not set', async () => {
    const attacker = '203.0.113.7'
    const forged = await attack(proxied.url, index => ({
      user: 'demo',
      from: '127.0.0.9',
      headers: { 'x-forwarded-for': `10.0.${index >> 8}.${index & 255}, ${attacker}` },
    }))
    assert.ok(forged.tried <= 8, `${forged.tried} were tried`)
    const other = await attack(proxied.url, index => ({
      user: 'admin',
      from: '127.0.0.9',
      headers: { 'x-forwarded-for': attacker, forwarded: `for=10.0.${index >> 8}.${index & 255}` },
    }))
    assert.ok(other.tried <= 8, `${other.tried} were tried`)
    const { username: user, password } = passwordOf('proxied', 'trove-demo')
    const headers = { 'x-forwarded-for': '203.0.113.8' }
    assert.equal((await logIn(proxied.url, { user, password, from: '127.0.0.9', headers })).status, 201)
  })
})
