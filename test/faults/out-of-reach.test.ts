import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import { versionWith } from '../fixtures/datastore-version.ts'
import { startWorld, type World } from '../world.ts'

/** A flavor source, which is outside our walls, and what becomes of it in the course of a test. */
let askFlavors: () => Promise<readonly []> = async () => []

const image = { id: 'i', name: 'mysql', manager: 'mysql', version: '8.0', tags: [] }

let world: World
const logged: string[] = []
before(async () => {
  world = await startWorld({
    conf: { trovets: ['rate_limits = false', 'request_timeout = 1'] },
    ports: { flavors: { list: () => askFlavors() }, images: { list: async () => [image] } },
    log: line => logged.push(line),
  })
})
after(() => world.stop())

async function addVersion() {
  const { datastores, versions } = world.ports.stores
  await datastores.insert({ id: 'd', name: 'mysql', defaultVersionId: null })
  await versions.insert(versionWith({ imageId: image.id, packages: '' }))
}

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${world.url}/v1.0/${world.projectOf('demo')}${path}`, {
    ...init,
    headers: { 'x-auth-token': await world.tokenOf('demo'), 'content-type': 'application/json' },
  })
  return { status: answer.status, body: await answer.text() }
}
const get = (path: string) => ask(path)
const post = (path: string, body: object) => ask(path, { method: 'POST', body: JSON.stringify(body) })

const tooLong = /"serviceUnavailable":\{"code":503,"message":"The request timed out\..*\([0-9a-f-]{36}\)/

test('a request past its deadline is answered 503 with an id, and others go on', async () => {
  askFlavors = () => new Promise(() => {})
  const [slow, quick] = await Promise.all([get('/flavors'), get('/datastores')])
  assert.equal(slow.status, 503)
  assert.match(slow.body, tooLong)
  assert.equal(quick.status, 200)
})

type Work = PromiseWithResolvers<readonly []>
const lateEnds: [title: string, end: (work: Work) => void, logged: string[]][] = [
  ['an answer that comes after the deadline is dropped', work => work.resolve([]), []],
  ['so is a failure of another service', work => work.reject(new Fault('The flavors are away.', { status: 503 })), []],
  ['a failure of ours is logged', work => work.reject(new Error('of ours')), ['fault after the deadline']],
]
for (const [title, end, expected] of lateEnds)
  test(title, async () => {
    const work = Promise.withResolvers<readonly []>()
    askFlavors = () => work.promise
    assert.equal((await get('/flavors')).status, 503)
    logged.splice(0)
    end(work)
    assert.equal((await get('/datastores')).status, 200)
    const problems = logged.map(line => JSON.parse(line)).filter(({ level }) => level > 30)
    assert.deepEqual(
      problems.map(({ msg }) => msg),
      expected,
    )
  })

test('so is one that came with a body', async () => {
  askFlavors = () => new Promise(() => {})
  await addVersion()
  const slow = await post('/instances/dry-run', {
    instance: { name: 'a', flavorRef: '1', volume: { size: 1 }, datastore: { type: 'mysql', version: '8.0' } },
  })
  assert.equal(slow.status, 503)
  assert.match(slow.body, tooLong)
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
