import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Deployment, deploy } from '../servers/deployment.ts'
import { engines } from '../servers/engines.ts'

const flavors = "flavors:\n  - { id: '1', name: tiny, vcpus: 1, ram: 64, disk: 1 }\n"

type Asked = { status: number; body: { instance?: { id: string; status: string }; overLimit?: { message: string } } }

/** A request to one of the processes, as a member. */
async function ask(at: Deployment, process: number, token: string, method: string, path: string, body?: object) {
  const url = at.urls[process % at.urls.length]!
  const answer = await fetch(`${url}/v1.0/${at.projectOf('demo')}${path}`, {
    method,
    headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) } as Asked
}

/** Asks until the answer is right. Throws an Error with the last answer when that takes too long. */
async function until(what: string, ask: () => Promise<Asked>, isRight: (asked: Asked) => boolean): Promise<void> {
  const deadline = performance.now() + 120_000
  for (;;) {
    const asked = await ask()
    if (isRight(asked)) return
    if (performance.now() > deadline) throw new Error(`${what}: ${JSON.stringify(asked)}`)
    await setTimeout(200)
  }
}

for (const engine of engines) {
  const processes = engine.name === 'sqlite' ? 1 : 2

  describe(`40 creates at once with a quota of 10, on ${engine.name}, ${processes} API and ${processes} worker processes`, () => {
    test('give exactly 10 instances, each with one server, and none is left when they are deleted', async t => {
      const connection = await engine.createDatabase()
      const at = await deploy(t, {
        connection,
        flavors,
        apis: processes,
        workers: processes,
        conf: { DEFAULT: ['default_datastore = postgresql'], trovets: ['rate_limits = false'] },
      })
      const token = await at.tokenOf('demo')
      const create = (count: number) =>
        ask(at, count, token, 'POST', '/instances', {
          instance: { name: `db${count}`, flavorRef: '1', volume: { size: 1 } },
        })
      const answers = await Promise.all(Array.from({ length: 40 }, (_, count) => create(count)))
      const made = answers.filter(({ status }) => status === 200)
      const refused = answers.filter(({ status }) => status === 413)
      assert.deepEqual([made.length, refused.length], [10, 30], JSON.stringify(answers))
      for (const { body } of refused)
        assert.equal(body.overLimit?.message, "Quota exceeded for resources: ['instances'].")

      const ids = made.map(({ body }) => body.instance!.id).sort()
      const rows = await at.ports.stores.instances.page({}, undefined, 100)
      assert.deepEqual(rows.map(({ id }) => id).sort(), ids)

      const show = (id: string) => () => ask(at, 1, token, 'GET', `/instances/${id}`)
      for (const id of ids)
        await until(`${id} is not ACTIVE`, show(id), ({ body }) => body.instance?.status === 'ACTIVE')
      assert.deepEqual([...(await at.ports.compute.instanceIds())].sort(), ids)
      const seen = await Promise.all(ids.map(id => at.ports.compute.observe(id)))
      assert.equal(new Set(seen.map(({ process }) => process)).size, 10)
      assert.equal(new Set(seen.map(({ address }) => address?.port)).size, 10)

      for (const [count, id] of ids.entries())
        assert.equal((await ask(at, count, token, 'DELETE', `/instances/${id}`)).status, 202)
      for (const id of ids) await until(`${id} is not gone`, show(id), ({ status }) => status === 404)
      assert.deepEqual(await at.ports.compute.instanceIds(), [])
    })
  })
}
