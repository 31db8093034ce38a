import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../world.ts'

/** A flavor source, which is outside our walls, and what becomes of it in the course of a test. */
let askFlavors: () => Promise<readonly []> = async () => []

let world: World
before(async () => {
  world = await startWorld({
    conf: { trovets: ['rate_limits = false', 'request_timeout = 1'] },
    ports: { flavors: { list: () => askFlavors() } },
  })
})
after(() => world.stop())

async function get(path: string) {
  const answer = await fetch(`${world.url}/v1.0/${world.projectOf('demo')}${path}`, {
    headers: { 'x-auth-token': await world.tokenOf('demo') },
  })
  return { status: answer.status, body: await answer.text() }
}

test('a request past its deadline is answered 503 with an id, and others go on', async () => {
  askFlavors = () => new Promise(() => {})
  const [slow, quick] = await Promise.all([get('/flavors'), get('/datastores')])
  assert.equal(slow.status, 503)
  assert.match(slow.body, /"serviceUnavailable":\{"code":503,"message":"The request took too long.*\([0-9a-f-]{36}\)/)
  assert.equal(quick.status, 200)
})

test('a fault is answered 500 with an id, and says nothing of what lies behind it', async () => {
  askFlavors = async () => {
    throw new Error('secret-host refused the password hunter2')
  }
  const { status, body } = await get('/flavors')
  assert.equal(status, 500)
  assert.match(body, /"instanceFault":\{"code":500,"message":"Internal Server Error\. Please keep this ID/)
  assert.doesNotMatch(body, /hunter2|secret-host/)
})
