import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cached, reportOutages } from './cached.ts'

class Away extends Error {}

/** A cache whose requests the test answers. */
function bench() {
  const clock = { nowMs: 0 }
  const reports: string[] = []
  const requests: PromiseWithResolvers<string>[] = []
  const request = () => {
    const one = Promise.withResolvers<string>()
    requests.push(one)
    return one.promise
  }
  const ages = { refreshMs: 10_000, ageMsMax: 60_000, staleMsMax: 3_600_000, waitMs: 50, readWaitMs: 10 }
  const outages = reportOutages('Nova', 'Flavors cannot be refreshed.', problem => reports.push(problem))
  const tooLate = (cause: Error) => new Away('Nova is unreachable.', { cause })
  const source = cached(request, ages, () => clock.nowMs, { ...outages, tooLate })
  return {
    source,
    clock,
    reports,
    requests,
    answer: (value: string) => requests.at(-1)!.resolve(value),
    fail: () => requests.at(-1)!.reject(new Away('Nova is unreachable.', { cause: new Error('ECONNREFUSED') })),
  }
}

type Bench = ReturnType<typeof bench>

/** Requests the value, answers the request with this one, and returns the result. */
async function currentAfterAnswer({ source, answer }: Bench, value: string) {
  const current = source.current()
  answer(value)
  return current
}

test('concurrent calls share one request', async () => {
  const all = bench()
  const waiting = Array.from({ length: 50 }, (_, index) =>
    index % 2 ? all.source.current() : all.source.lastKnown().then(({ value }) => value),
  )
  await Promise.resolve()
  all.answer('a')
  await Promise.all(waiting)
  assert.equal(all.requests.length, 1)
})

test('a young value is returned without a request', async () => {
  const all = bench()
  assert.equal(await currentAfterAnswer(all, 'a'), 'a')
  all.clock.nowMs = 9999
  assert.equal(await all.source.current(), 'a')
  assert.equal(all.requests.length, 1)
})

test('an older value is returned while a new one is requested', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
  all.clock.nowMs = 10_000
  assert.equal(await all.source.current(), 'a')
  assert.equal(await all.source.current(), 'a')
  assert.equal(all.requests.length, 2)
  all.answer('b')
  await new Promise(setImmediate)
  assert.equal(await all.source.current(), 'b')
})

test('a value above the maximum age is requested again before it is returned', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
  all.clock.nowMs = 60_001
  assert.equal(await currentAfterAnswer(all, 'b'), 'b')
})

test('the age counts from the request, not from the response', async () => {
  const all = bench()
  const current = all.source.current()
  all.clock.nowMs = 9000
  all.answer('a')
  await current
  all.clock.nowMs = 10_000
  await all.source.current()
  assert.equal(all.requests.length, 2)
})

test('while the service is away, strict calls fail, and lenient calls get the last value with its age', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
  all.clock.nowMs = 61_500
  const strict = all.source.current()
  const lenient = all.source.lastKnown()
  all.fail()
  await assert.rejects(strict, Away)
  assert.deepEqual(await lenient, { value: 'a', staleSeconds: 61 })
  assert.equal(all.requests.length, 1 + 1)
})

test('after a failure, lenient calls do not wait for five seconds, then one of them retries', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
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
  assert.deepEqual(await next, { value: 'b', staleSeconds: undefined })
})

test('lenient calls fail if the last value is too old, or if there never was one', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
  all.clock.nowMs = 3_600_001
  const old = all.source.lastKnown()
  all.fail()
  await assert.rejects(old, Away)
  const never = bench()
  const first = never.source.lastKnown()
  never.fail()
  await assert.rejects(first, Away)
})

test('calls do not wait for a request that hangs, but its late response is used', async () => {
  const all = bench()
  await assert.rejects(all.source.current(), Away)
  all.answer('late')
  await new Promise(setImmediate)
  assert.equal(await all.source.current(), 'late')
  assert.equal(all.requests.length, 1)
})

test('lenient calls wait only briefly for a request that hangs if there is a value to return', async () => {
  const all = bench()
  await currentAfterAnswer(all, 'a')
  all.clock.nowMs = 61_000
  assert.deepEqual(await all.source.lastKnown(), { value: 'a', staleSeconds: 61 })
  all.answer('b')
  await new Promise(setImmediate)
  assert.deepEqual(await all.source.lastKnown(), { value: 'b', staleSeconds: undefined })
  assert.equal(all.requests.length, 2)
})

test('an outage is reported once, and so is its end', async () => {
  const all = bench()
  for (let round = 0; round < 3; round++) {
    const current = all.source.current()
    all.fail()
    await assert.rejects(current)
  }
  await currentAfterAnswer(all, 'a')
  assert.deepEqual(all.reports, [
    'Nova is unreachable. (ECONNREFUSED) Flavors cannot be refreshed.',
    'Nova is available again.',
  ])
})
