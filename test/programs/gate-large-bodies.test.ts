import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startTroveStandIn } from '../outside/trove.ts'
import { startWorld } from '../world.ts'

test('a body that is too large is refused after a look at the token, and its connection can be used again', async t => {
  const trove = await startTroveStandIn()
  const world = await startWorld({ conf: { trovets: ['rate_limits = false', `trove_endpoint = ${trove.url}`] } })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(async () => {
    agent.destroy()
    await world.stop()
    await trove.stop()
  })
  const demo = await world.tokenOf('demo')
  const send = async (method: string, body: string, token = demo) => {
    const headers = { 'x-auth-token': token, 'content-type': 'application/json' }
    const sent = request(`${world.url}/v1.0/demo-project/instances`, { method, agent, headers, timeout: 5000 })
    sent.on('timeout', () => sent.destroy(new Error('no answer within five seconds')))
    const [answer] = (await once(sent.end(body), 'response')) as [IncomingMessage]
    return { status: answer.statusCode, text: await text(answer) }
  }
  for (const bytes of [200_000, 5_000_000]) {
    const { status, text } = await send('POST', ' '.repeat(bytes))
    assert.equal(status, 413, text)
    assert.equal((await send('GET', '')).status, 202)
    assert.equal((await send('POST', ' '.repeat(bytes), 'invalid')).status, 401)
    assert.equal((await send('GET', '')).status, 202)
  }
  assert.equal(trove.received.length, 4)
  const metrics = await (await fetch(`${world.url}/metrics`)).text()
  for (const outcome of ['refused', 'unauthenticated'])
    assert.ok(metrics.includes(`decision_duration_seconds_count{operation="unclear",outcome="${outcome}"} 2`), metrics)
})
