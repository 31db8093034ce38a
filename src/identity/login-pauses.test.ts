import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onlyWithEverything, runsEverything } from '../../test/extent.ts'
import { LoginPaused } from '../ports/identity.ts'
import { openLoginPauses } from './login-pauses.ts'

function bench() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs }
  const paced = openLoginPauses(clock)
  /** The result of an attempt: logged in, refused, or the seconds to wait if it was not even tried. */
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

test('five wrong passwords have no effect, then each further attempt waits twice as long, up to 30 s', async () => {
  const { clock, attempt } = bench()
  for (let time = 0; time < 5; time++) assert.equal(await attempt(false), 'out')
  for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
    assert.equal(await attempt(false), seconds)
    // During a pause, even the right password is not checked.
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

test('an attack delays only itself, not the same user elsewhere or other users at the same address', async () => {
  const { attempt } = bench()
  for (let time = 0; time < 1000; time++) await attempt(false)
  assert.equal(await attempt(true), 1)
  assert.equal(await attempt(true, 'ann', 'B'), 'in')
  assert.equal(await attempt(true, 'bob', 'A'), 'in')
})

test('a thousand attempts at once are checked no more often than a thousand in a row', async () => {
  const { paced } = bench()
  let checks = 0
  const attempts = Array.from({ length: 1000 }, () =>
    paced({ name: 'ann' }, 'A', async () => {
      checks++
      await new Promise(setImmediate)
      return undefined
    }).catch(error => error),
  )
  const results = await Promise.all(attempts)
  assert.equal(checks, 5)
  assert.equal(results.filter(result => result instanceof LoginPaused).length, 995)
})

test('a hundred logins at once with the right password all succeed', async () => {
  const { attempt } = bench()
  const results = await Promise.all(Array.from({ length: 100 }, () => attempt(true)))
  assert.deepEqual(new Set(results), new Set(['in']))
})

test('wrong passwords are forgotten after 15 minutes', async () => {
  const { clock, attempt } = bench()
  for (let time = 0; time < 5; time++) await attempt(false)
  clock.nowMs += 15 * 60_000 + 1
  for (let time = 0; time < 5; time++) assert.equal(await attempt(false), 'out')
})

test('an attempt that failed for another reason does not count', async () => {
  const { paced, attempt } = bench()
  for (let time = 0; time < 9; time++)
    await assert.rejects(
      paced({ name: 'ann' }, 'A', () => Promise.reject(new Error('no file'))),
      /no file/,
    )
  assert.equal(await attempt(true), 'in')
})

test('the memory for names is limited', async t => {
  if (!runsEverything) return t.diagnostic(onlyWithEverything)
  const { attempt } = bench()
  const long = 'x'.repeat(10_000)
  for (let index = 0; index < 30_000; index++) await attempt(false, `${long}${index}`)
  globalThis.gc?.()
  const beforeBytes = process.memoryUsage().heapUsed
  for (let index = 0; index < 30_000; index++) await attempt(false, `${long}${index + 30_000}`)
  globalThis.gc?.()
  assert.ok(process.memoryUsage().heapUsed - beforeBytes < 100_000_000)
})
