import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { openEqualWork } from './equal-work.ts'
import { beginRequest, endTurn } from './turn.ts'

const nextTurn = () => new Promise(setImmediate)

/** Work that ends when the test says so, and counts how often it began. */
function slowWork() {
  const ends: (() => void)[] = []
  return {
    ends,
    async work() {
      const number = ends.length + 1
      await new Promise<void>(resolve => ends.push(resolve))
      return number
    },
  }
}

describe('equal work', () => {
  beforeEach(async () => {
    await nextTurn()
    endTurn()
  })

  test('of one turn is done once, also if it has ended before the next one asks', async () => {
    const share = openEqualWork<number>()
    let done = 0
    beginRequest()
    const first = await share('a', async () => ++done)
    beginRequest()
    assert.equal(await share('a', async () => ++done), first)
    assert.equal(done, 1)
  })

  test('of one turn is known without waiting once it has ended, and in no other turn', async () => {
    const share = openEqualWork<number>()
    beginRequest()
    await share('a', async () => 1)
    assert.equal(
      share('a', async () => 2),
      1,
    )
    await nextTurn()
    beginRequest()
    assert.equal(await share('a', async () => 3), 3)
  })

  test('is never older than the one who asks: what began before is waited for, and done again for all who waited', async () => {
    const share = openEqualWork<number>()
    const { ends, work } = slowWork()
    beginRequest()
    const first = share('a', work)
    await nextTurn()
    beginRequest()
    const [second, third] = [share('a', work), share('a', work)]
    assert.equal(ends.length, 1)
    ends[0]!()
    assert.equal(await first, 1)
    await nextTurn()
    ends[1]!()
    assert.deepEqual(await Promise.all([second, third]), [2, 2])
    assert.equal(ends.length, 2)
  })

  test('of different keys is not shared', async () => {
    const share = openEqualWork<string>()
    beginRequest()
    assert.deepEqual(await Promise.all([share('a', async () => 'a'), share('b', async () => 'b')]), ['a', 'b'])
  })

  test('that fails, fails for those who shared it, and not for the next', async () => {
    const share = openEqualWork<number>()
    beginRequest()
    const failing = [1, 2].map(async () => share('a', () => Promise.reject(new Error('away'))))
    for (const each of failing) await assert.rejects(each, /away/)
    await nextTurn()
    beginRequest()
    assert.equal(await share('a', async () => 3), 3)
  })

  test('that throws before it returns a promise fails only for those who shared it, also if they have waited for it', async () => {
    const share = openEqualWork<number>()
    const { ends, work } = slowWork()
    const throwing = () => {
      throw new Error('away')
    }
    beginRequest()
    const first = share('a', work)
    await nextTurn()
    beginRequest()
    const second = share('a', throwing)
    ends[0]!()
    assert.equal(await first, 1)
    await assert.rejects(async () => second, /away/)
    await nextTurn()
    beginRequest()
    await assert.rejects(async () => share('a', throwing), /away/)
    await nextTurn()
    assert.equal(await share('a', async () => 3), 3)
  })

  test('that takes long does not keep the next waiting', async () => {
    const share = openEqualWork<number>()
    const { ends, work } = slowWork()
    beginRequest()
    share('a', work)
    await nextTurn()
    beginRequest()
    const second = share('a', work)
    while (ends.length < 2) await nextTurn()
    ends[1]!()
    assert.equal(await second, 2)
    ends[0]!()
  })
})
