import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../model/fault.ts'
import type { Flavor } from '../../model/flavor.ts'
import { cacheFlavors } from './cached-flavors.ts'

const flavor = (id: string) => ({ id }) as Flavor

/** A cache whose requests the test answers. */
function bench() {
  const clock = { nowMs: 0 }
  const reports: string[] = []
  const requests: PromiseWithResolvers<readonly Flavor[]>[] = []
  const fetchFlavors = () => {
    const request = Promise.withResolvers<readonly Flavor[]>()
    requests.push(request)
    return request.promise
  }
  const ages = { refreshMs: 10_000, ageMsMax: 60_000, staleMsMax: 3_600_000, waitMs: 50, readWaitMs: 10 }
  const source = cacheFlavors(
    fetchFlavors,
    ages,
    () => clock.nowMs,
    problem => reports.push(problem),
  )
  return {
    source,
    clock,
    reports,
    requests,
    answer: (...ids: string[]) => requests.at(-1)!.resolve(ids.map(flavor)),
    fail: () =>
      requests.at(-1)!.reject(new Fault('Nova is unreachable.', { status: 503, cause: new Error('ECONNREFUSED') })),
  }
}

type Bench = ReturnType<typeof bench>
const idsOf = (flavors: readonly Flavor[]) => flavors.map(({ id }) => id).join()

/** Lists the flavors, answers the request with these ids, and returns the listAfterAnswer ids. */
async function listAfterAnswer({ source, answer }: Bench, ...ids: string[]) {
  const list = source.list()
  answer(...ids)
  return idsOf(await list)
}

test('concurrent calls share one request', async () => {
  const all = bench()
  const waiting = Array.from({ length: 50 }, (_, index) => (index % 2 ? all.source.list() : all.source.lastKnown()))
  await Promise.resolve()
  all.answer('a')
  await Promise.all(waiting)
  assert.equal(all.requests.length, 1)
})

test('young flavors are returned without a request', async () => {
  const all = bench()
  assert.equal(await listAfterAnswer(all, 'a'), 'a')
  all.clock.nowMs = 9999
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(all.requests.length, 1)
})

test('older flavors are returned while new ones are requested', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 10_000
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(all.requests.length, 2)
  all.answer('b')
  await new Promise(setImmediate)
  assert.equal(idsOf(await all.source.list()), 'b')
})

test('flavors above the maximum age are requested again before they are returned', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 60_001
  assert.equal(await listAfterAnswer(all, 'b'), 'b')
})

test('the age counts from the request, not from the response', async () => {
  const all = bench()
  const list = all.source.list()
  all.clock.nowMs = 9000
  all.answer('a')
  await list
  all.clock.nowMs = 10_000
  await all.source.list()
  assert.equal(all.requests.length, 2)
})

test('while the source is away, strict calls fail, and lenient calls get the last flavors with their age', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 61_500
  const strict = all.source.list()
  const lenient = all.source.lastKnown()
  all.fail()
  await assert.rejects(strict, error => error instanceof Fault && error.status === 503)
  assert.deepEqual(await lenient, { flavors: [flavor('a')], staleSeconds: 61 })
  assert.equal(all.requests.length, 1 + 1)
})

test('after a failure, lenient calls do not wait for five seconds, then one of them retries', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 61_000
  const first = all.source.lastKnown()
  all.fail()
  await first
  all.clock.nowMs = 65_999
  assert.equal((await all.source.lastKnown()).staleSeconds, 65)
  assert.equal(all.requests.length, 2)
  all.clock.nowMs = 66_000
  const next = all.source.lastKnown()
  all.answer('b')
  assert.deepEqual(await next, { flavors: [flavor('b')], staleSeconds: undefined })
})

test('lenient calls fail if the last flavors are too old, or if there never were any', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 3_600_001
  const old = all.source.lastKnown()
  all.fail()
  await assert.rejects(old, Fault)
  const never = bench()
  const first = never.source.lastKnown()
  never.fail()
  await assert.rejects(first, Fault)
})

test('calls do not wait for a request that hangs, but its late response is used', async () => {
  const all = bench()
  await assert.rejects(all.source.list(), error => error instanceof Fault && error.status === 503)
  all.answer('late')
  await new Promise(setImmediate)
  assert.equal(idsOf(await all.source.list()), 'late')
  assert.equal(all.requests.length, 1)
})

test('lenient calls wait only briefly for a request that hangs if there are flavors to return', async () => {
  const all = bench()
  await listAfterAnswer(all, 'a')
  all.clock.nowMs = 61_000
  assert.deepEqual(await all.source.lastKnown(), { flavors: [flavor('a')], staleSeconds: 61 })
  all.answer('b')
  await new Promise(setImmediate)
  assert.deepEqual(await all.source.lastKnown(), { flavors: [flavor('b')], staleSeconds: undefined })
  assert.equal(all.requests.length, 2)
})

test('an outage is reported once, and so is its end', async () => {
  const all = bench()
  for (let round = 0; round < 3; round++) {
    const list = all.source.list()
    all.fail()
    await assert.rejects(list)
  }
  await listAfterAnswer(all, 'a')
  assert.deepEqual(all.reports, [
    'Nova is unreachable. (ECONNREFUSED) Flavors cannot be refreshed.',
    'Nova is available again.',
  ])
})
