import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { deploy } from '../servers/deployment.ts'

const waitMs = 10_000

for (const [what, conf, client] of [
  ['who is connected, whatever the request says', {}, '127.0.0.1'],
  [
    'whom a proxy names, where that is believed',
    { oslo_middleware: ['enable_proxy_headers_parsing = true'] },
    '203.0.113.7',
  ],
] as const)
  test(`the log names ${what}, in one line of JSON for each request`, async t => {
    const { urls, apis } = await deploy(t, { apis: 1, workers: 0, conf })
    const ask = (path: string, forwardedFor: string) =>
      fetch(urls[0] + path, { headers: { 'x-forwarded-for': forwardedFor } })
    await ask('/?first', '203.0.113.7, 10.0.0.9')
    await ask('/?second', '"}, {"level":60')
    // The last of the lines may not have come as a whole yet.
    const lines = () =>
      apis[0]!
        .said()
        .split('\n')
        .slice(0, -1)
        .filter(line => line.includes('GET /?'))
    for (const deadline = performance.now() + waitMs; lines().length < 2; await setTimeout(20))
      assert.ok(performance.now() < deadline, apis[0]!.said())
    const [first, second] = lines().map(line => JSON.parse(line))
    assert.deepEqual([first.method, first.url, first.status, first.client], ['GET', '/?first', 200, client])
    assert.match(first.requestId, /^req-/)
    assert.deepEqual([second.url, second.client], ['/?second', '127.0.0.1'])
  })
