import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWorld } from '../world.ts'

test('users in decision_callers are not limited, because they ask for every tenant; others are', async t => {
  const world = await startWorld({
    conf: { DEFAULT: ['http_post_rate = 2'], trovets: ['rate_limits = true', 'decision_callers = alt-user'] },
  })
  t.after(() => world.stop())
  const ask = async (person: string) => {
    const answer = await fetch(`${world.url}/v1.0/${world.projectOf(person)}/decisions`, {
      method: 'POST',
      headers: { 'x-auth-token': await world.tokenOf(person), 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'GET', path: `/v1.0/${world.projectOf(person)}/instances` }),
    })
    return answer.status
  }
  const statuses = async (person: string) => [await ask(person), await ask(person), await ask(person)]
  assert.deepEqual(await statuses('alt'), [200, 200, 200])
  assert.deepEqual(await statuses('demo'), [200, 200, 413])
})
