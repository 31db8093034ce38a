import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { loadConfig } from '../../src/config/config.ts'
import { openGateHealth } from '../../src/main/gate-health.ts'
import { Fault } from '../../src/model/fault.ts'
import { startTroveStandIn } from '../outside/trove.ts'
import { startWorld } from '../world.ts'

describe('/healthcheck of a gate', () => {
  test('is OK while Trove answers, and 503 while it does not', async t => {
    const trove = await startTroveStandIn()
    const world = await startWorld({ conf: { trovets: [`trove_endpoint = ${trove.url}`] } })
    t.after(() => world.stop())
    const health = async () => {
      const answer = await fetch(`${world.url}/healthcheck`)
      assert.match(answer.headers.get('content-type')!, /^text\/plain/)
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() }
    }
    const [ok, away] = [
      'OK\ndatabase: available\ntrove: available\n',
      'UNAVAILABLE\ndatabase: available\ntrove: unavailable\n',
    ]
    assert.deepEqual(await health(), { status: 200, retryAfter: null, text: ok })
    assert.deepEqual(
      trove.received.map(({ method, path }) => `${method} ${path}`),
      ['GET /healthcheck'],
    )
    await trove.stop()
    assert.deepEqual(await health(), { status: 503, retryAfter: '10', text: away })
  })

  test('stays OK without the database, Nova and Keystone, and names them', async t => {
    const trove = await startTroveStandIn()
    t.after(() => trove.stop())
    // Accepts connections and never answers.
    const frozen = createServer().listen(0, '127.0.0.1')
    await once(frozen, 'listening')
    t.after(() => frozen.close())
    const keystone = `http://127.0.0.1:${(frozen.address() as AddressInfo).port}`
    const environment = { OS_TROVETS__TROVE_ENDPOINT: trove.url, OS_KEYSTONE_AUTHTOKEN__AUTH_URL: keystone }
    const away = () => Promise.reject(new Fault('away', { status: 503 }))
    let asked = 0
    const never = () => {
      asked++
      return new Promise<never>(() => {})
    }
    const { check, close } = openGateHealth(loadConfig({ places: [] }, environment), away, { list: never })
    t.after(close)
    const text = 'OK\ndatabase: unavailable\nkeystone: unavailable\nnova: unavailable\ntrove: available\n'
    const began = performance.now()
    for (const health of await Promise.all([check(), check(), check()]))
      assert.deepEqual(health, { isHealthy: true, text })
    assert.ok(performance.now() - began < 3000)
    assert.equal(asked, 1, 'a service that hangs is asked once at a time')
  })
})
