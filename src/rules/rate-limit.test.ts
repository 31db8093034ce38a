import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Bucket, fill, type RateLimit } from './rate-limit.ts'

const limitOf = (perMinute: number): RateLimit => ({ verb: 'GET', uri: '*', perMinute, matches: () => true })
const noon = Date.UTC(2024, 0, 1, 12)

/** Sends one request at each of these times, in ms since noon. */
function send(perMinute: number, instantsMs: readonly number[]) {
  let bucket: Bucket | undefined
  return instantsMs.map(instantMs => {
    const filled = fill(bucket, limitOf(perMinute), noon + instantMs)
    bucket = filled.bucket
    const { remaining, nextAtMs } = filled.bucket
    return { passed: filled.waitSeconds === 0, waitSeconds: filled.waitSeconds, remaining, nextMs: nextAtMs - noon }
  })
}
const atOnce = (count: number, instantMs = 0): number[] => Array(count).fill(instantMs)
const almost = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-3, `${actual} is not about ${expected}`)

describe('at the same time', () => {
  for (const perMinute of [1, 2, 3, 7, 60, 90, 100, 200, 999, 1000])
    test(`${perMinute} a minute: ${perMinute} pass, and the next one waits for one drop to leak`, () => {
      const answers = send(perMinute, atOnce(perMinute + 1))
      const last = answers.pop()!
      assert.ok(answers.every(({ passed }) => passed))
      assert.equal(last.passed, false)
      almost(last.waitSeconds, 60 / perMinute)
    })

  test('200 a minute: the 201st waits about 0.3 s, and gets the time to retry', () => {
    const { waitSeconds, remaining, nextMs } = send(200, atOnce(201))[200]!
    almost(waitSeconds, 0.3)
    almost(nextMs, 300)
    assert.equal(remaining, 0)
  })

  test('200 a minute: 199 remain, then 198, and so on down to 0', () => {
    const remaining = send(200, atOnce(200)).map(answer => answer.remaining)
    assert.deepEqual(
      remaining,
      Array.from({ length: 200 }, (_, i) => 199 - i),
    )
  })

  test('the next request after one that passed need not wait', () => assert.equal(send(200, [0, 50])[1]!.nextMs, 50))
})

describe('as time passes', () => {
  test('a drop leaks in 60 s / limit, and then one request passes', () => {
    const answers = send(200, [...atOnce(200), 299, 300, 300])
    assert.deepEqual(
      answers.slice(200).map(({ passed }) => passed),
      [false, true, false],
    )
    almost(answers[200]!.waitSeconds, 0.001)
  })

  test('a refused request does not fill the bucket', () => {
    const answers = send(200, [...atOnce(1000), 300])
    assert.equal(answers.at(-1)!.passed, true)
    almost(answers[999]!.waitSeconds, 0.3)
  })

  test('repeated requests do not make the bucket leak faster', () => {
    const answers = send(200, [...atOnce(200), ...atOnce(100, 50), ...atOnce(100, 100)])
    assert.equal(answers.filter(({ passed }) => passed).length, 200)
    almost(answers.at(-1)!.waitSeconds, 0.2)
  })

  test('half a minute empties half of the bucket', () => {
    assert.equal(send(200, [...atOnce(200), 30_000]).at(-1)!.remaining, 99)
  })

  test('after a minute the bucket is empty', () => {
    assert.equal(send(200, [...atOnce(200), 60_000]).at(-1)!.remaining, 199)
  })

  test('an idle hour does not allow a larger burst', () => {
    const answers = send(200, [0, ...atOnce(201, 3_600_000)])
    assert.equal(answers[1]!.remaining, 199)
    assert.equal(answers.filter(({ passed }) => passed).length, 201)
    assert.equal(answers.at(-1)!.passed, false)
  })

  test('a steady stream at the limit always passes', () => {
    const answers = send(
      60,
      Array.from({ length: 300 }, (_, i) => i * 1000),
    )
    assert.ok(answers.every(({ passed, remaining }) => passed && remaining === 59))
  })
})

describe('for any traffic', () => {
  const perMinute = fc.integer({ min: 1, max: 300 })
  const traffic = fc
    .array(
      fc.record({
        pauseMs: fc.oneof(fc.constant(0), fc.nat(250), fc.nat(90_000)),
        count: fc.integer({ min: 1, max: 400 }),
      }),
      {
        maxLength: 8,
      },
    )
    .map(bursts => {
      let nowMs = 0
      return bursts.flatMap(({ pauseMs, count }) => {
        nowMs += pauseMs
        return atOnce(count, nowMs)
      })
    })

  test('in any period, no more requests pass than the limit and what leaked in that period', () =>
    fc.assert(
      fc.property(perMinute, traffic, fc.nat(), (perMinute, instantsMs, seed) => {
        const answers = send(perMinute, instantsMs)
        const from = instantsMs.length === 0 ? 0 : seed % instantsMs.length
        let passed = 0
        for (let i = from; i < instantsMs.length; i++) {
          if (answers[i]!.passed) passed++
          const elapsedMinutes = (instantsMs[i]! - instantsMs[from]!) / 60_000
          assert.ok(passed <= perMinute + elapsedMinutes * perMinute + 1e-6)
        }
      }),
    ))

  test('`remaining` is the number of requests that can still pass at that time', () =>
    fc.assert(
      fc.property(perMinute, traffic, (perMinute, instantsMs) => {
        const last = instantsMs.at(-1) ?? 0
        const before = send(perMinute, [...instantsMs, last]).at(-1)!
        const more = send(perMinute, [...instantsMs, ...atOnce(before.remaining + 2, last)])
        const passed = more.slice(instantsMs.length + 1).filter(({ passed }) => passed).length
        assert.ok(before.remaining >= 0)
        assert.equal(passed, before.remaining)
      }),
    ))

  test('a request passes after the wait that was given', () =>
    fc.assert(
      fc.property(perMinute, traffic, (perMinute, instantsMs) => {
        const refused = send(perMinute, instantsMs).findIndex(({ passed }) => !passed)
        if (refused === -1) return
        const until = instantsMs.slice(0, refused + 1)
        const { waitSeconds, nextMs } = send(perMinute, until).at(-1)!
        almost(nextMs, until.at(-1)! + waitSeconds * 1000)
        assert.equal(send(perMinute, [...until, Math.ceil(nextMs)]).at(-1)!.passed, true)
        assert.equal(send(perMinute, [...until, nextMs - 1]).at(-1)!.passed, false)
      }),
    ))
})
