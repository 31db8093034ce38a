import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginPaused } from '../../ports/identity.ts'
import { openLoginPauses } from './login-pauses.ts'

function bench() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs }
  const paced = openLoginPauses(clock)
  /** What comes of an attempt; the seconds to wait when there was none. */
  const attempt = async (isRight: boolean, user = 'ann', from = 'A'): Promise<'in' | 'out' | number> => {
    try {
      return (await paced({ name: user }, from, async () => (isRight ? true : undefined))) ? 'in' : 'out'
    } catch (error) {
      if (error instanceof LoginPaused) return error.retryAfterSeconds
      throw error
    }
  }
  return { clock, paced, attempt }
}

test('five wrong passwords are free, then each attempt waits for twice as long, up to 30 s', async () => {
  const { clock, attempt } = bench()
  for (let time = 0; time < 5; time++) assert.equal(await attempt(false), 'out')
  for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
    assert.equal(await attempt(false), seconds)
    // Not looked at during a pause, right as it is.
    assert.equal(await attempt(true), seconds)
    clock.nowMs += seconds * 1000 - 1
    assert.equal(await attempt(true), 1)
    clock.nowMs += 1
    assert.equal(await attempt(false), 'out')
  }
  clock.nowMs += 30_000
  assert.equal(await attempt(true), 'in')
  assert.equal(await attempt(false), 'out')
})

test('an attack waits for itself alone: the user elsewhere and others in the same place do not', async () => {
  const { attempt } = bench()
  for (let time = 0; time < 1000; time++) await attempt(false)
  assert.equal(await attempt(true), 1)
  assert.equal(await attempt(true, 'ann', 'B'), 'in')
  assert.equal(await attempt(true, 'bob', 'A'), 'in')
})

test('of a thousand attempts at once, no more are looked at than of a thousand in a row', async () => {
  const { paced } = bench()
  let looked = 0
  const attempts = Array.from({ length: 1000 }, () =>
    paced({ name: 'ann' }, 'A', async () => {
      looked++
      await new Promise(setImmediate)
      return undefined
    }).catch(error => error),
  )
  const results = await Promise.all(attempts)
  assert.equal(looked, 5)
  assert.equal(results.filter(result => result instanceof LoginPaused).length, 995)
})

test('a hundred logins at once with the right password all get in', async () => {
  const { attempt } = bench()
  const results = await Promise.all(Array.from({ length: 100 }, () => attempt(true)))
  assert.deepEqual(new Set(results), new Set(['in']))
})

test('what was wrong is forgotten after a quarter of an hour', async () => {
  const { clock, attempt } = bench()
  for (let time = 0; time < 5; time++) await attempt(false)
  clock.nowMs += 15 * 60_000 + 1
  for (let time = 0; time < 5; time++) assert.equal(await attempt(false), 'out')
})

test('an attempt that failed for want of something else counts for nothing', async () => {
  const { paced, attempt } = bench()
  for (let time = 0; time < 9; time++)
    await assert.rejects(
      paced({ name: 'ann' }, 'A', () => Promise.reject(new Error('no file'))),
      /no file/,
    )
  assert.equal(await attempt(true), 'in')
})

test('a hundred thousand names take no more memory than twenty thousand', async () => {
  const { attempt } = bench()
  const long = 'x'.repeat(10_000)
  for (let index = 0; index < 30_000; index++) await attempt(false, `${long}${index}`)
  globalThis.gc?.()
  const beforeBytes = process.memoryUsage().heapUsed
  for (let index = 0; index < 30_000; index++) await attempt(false, `${long}${index + 30_000}`)
  globalThis.gc?.()
  assert.ok(process.memoryUsage().heapUsed - beforeBytes < 100_000_000)
})
