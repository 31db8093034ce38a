import assert from 'node:assert/strict'
import { test } from 'node:test'
import { several } from '../extent.ts'
import { fuzz } from './fuzz.ts'
import { operationFor } from './operations.ts'
import { startService } from './trove-process.ts'

/** Enough for each route to be asked some thirty times, or some three in the short form; `npm run fuzz` goes on for as long as wanted. */
const requests = several(3000, 300)
const withinMs = several(45_000, 120_000)

test('whatever is sent is answered in Trove’s shape, in time, and changes nothing unless it is granted', async () => {
  const service = await startService()
  try {
    const tally = await fuzz(service, {
      requests,
      untilMs: performance.now() + withinMs,
      seed: 1,
      concurrency: 16,
      live: 1,
      deadlineMs: 30_000,
      progress: () => {},
    })
    const found = tally.findings().map(({ what, repeat }) => `${what}\n  ${repeat}`)
    assert.deepEqual(found, [], tally.summary({ seed: 1 }))
    assert.ok(tally.requests() > requests / 6, `only ${tally.requests()} requests were sent`)
  } finally {
    await service.stop()
  }
})

test('a request is counted under the route that the router would choose', () => {
  const idOf = (method: string, target: string) => operationFor(method, target)?.id
  assert.equal(idOf('GET', '/v1.0/p/instances/detail?limit=1'), 'listInstanceDetails')
  assert.equal(idOf('GET', '/v1.0/p/instances/x'), 'showInstance')
  assert.equal(idOf('GET', 'http://host/v1.0/p/datastores/versions/x'), 'showDatastoreVersionById')
  assert.equal(idOf('DELETE', '/v1.0/p/instances'), undefined)
  assert.equal(idOf('GET', '/v2/p/instances'), undefined)
})
