import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failuresMax, retryDelayMs } from './retry.ts'
import { horizonOf, isDue, nextCheckMs, renewalMs, seemsOver, unchangedMs } from './schedule.ts'

const waits = fc.record({
  healthMs: fc.integer({ min: 1000, max: 3_600_000 }),
  claimMs: fc.integer({ min: 1000, max: 600_000 }),
})
const nowMs = fc.integer({ min: 0, max: 4e12 })

test('with a correct clock, no instance is due early, and no claim ends early', () =>
  fc.assert(
    fc.property(
      waits,
      nowMs,
      fc.nat(failuresMax),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (waits, nowMs, failures, part) => {
        const at = horizonOf(nowMs, waits)
        for (const pauseMs of [waits.healthMs, 60_000, Math.max(500, retryDelayMs(failures))])
          assert.equal(isDue(nowMs + pauseMs * part, at), false)
        assert.equal(seemsOver(nowMs + waits.claimMs * part, at), false)
      },
    ),
  ))

test('with any clock, an instance is due after the longest delay, and a claim seems to have ended after its duration', () =>
  fc.assert(
    fc.property(waits, nowMs, nowMs, (waits, savedMs, readMs) => {
      const now = horizonOf(readMs, waits)
      assert.ok(isDue(savedMs, now) || isDue(savedMs, horizonOf(now.nextMsMax, waits)))
      assert.ok(seemsOver(savedMs, now) || seemsOver(savedMs, horizonOf(now.claimMsMax + 1, waits)))
    }),
  ))

test('an instance without a next time is never due', () =>
  assert.equal(isDue(null, horizonOf(0, { healthMs: 1, claimMs: 1 })), false))

test('times are compared to the millisecond, with a tolerance of ten seconds', () => {
  const at = horizonOf(1000, { healthMs: 90_000, claimMs: 30_000 })
  assert.deepEqual(at, { nowMs: 1000, nextMsMax: 101_000, claimMsMax: 41_000 })
  assert.equal(horizonOf(1000, { healthMs: 1, claimMs: 1 }).nextMsMax, 71_000)
  assert.deepEqual(
    [1000, 1001, 101_000, 101_001].map(nextAtMs => isDue(nextAtMs, at)),
    [true, false, false, true],
  )
  assert.deepEqual(
    [999, 1000, 41_000, 41_001].map(untilMs => seemsOver(untilMs, at)),
    [true, false, false, true],
  )
})

test('a claim is renewed before it can seem abandoned', () => {
  assert.deepEqual([renewalMs(30_000), unchangedMs(30_000)], [10_000, 15_000])
})

const idOf = (number: number) => `019ab000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

test('a check follows within the interval, always at the same point of it', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400_000 }), nowMs, fc.nat(0xffff_ffff), (healthMs, nowMs, number) => {
      const nextMs = nextCheckMs(idOf(number), nowMs, healthMs)
      assert.ok(nextMs > nowMs && nextMs <= nowMs + healthMs)
      assert.equal(nextCheckMs(idOf(number), nextMs, healthMs), nextMs + healthMs)
      assert.equal(nextCheckMs(idOf(number), nextMs + healthMs - 1, healthMs), nextMs + healthMs)
    }),
  ))

test('checks are spread over the interval, in groups that are at least a second apart', () => {
  const groupsOf = (healthMs: number) =>
    Map.groupBy(
      Array.from({ length: 6000 }, (_, number) => number),
      number => nextCheckMs(idOf(number), 1e12, healthMs),
    )
  const sizesOf = (healthMs: number) => [...groupsOf(healthMs).values()].map(group => group.length)
  assert.deepEqual(sizesOf(500), [6000])
  assert.deepEqual(sizesOf(10_000), Array(10).fill(600))
  assert.deepEqual(sizesOf(3_600_000), Array(60).fill(100))
  assert.deepEqual(
    [...groupsOf(3000).keys()].toSorted().map(ms => ms - 1e12),
    [1000, 2000, 3000],
  )
})
