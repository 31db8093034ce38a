import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginPaused } from '../../ports/identity.ts'
import { openHashingQueue } from './hashing-queue.ts'

function bench() {
  const queued = openHashingQueue()
  const done: string[] = []
  let [running, runningMax] = [0, 0]
  const hash = async (from: string, name = from) => {
    try {
      await queued(from, async () => {
        runningMax = Math.max(runningMax, ++running)
        await new Promise(setImmediate)
        running--
        done.push(name)
      })
    } catch (error) {
      assert.ok(error instanceof LoginPaused)
      return 'turned away'
    }
    return 'done'
  }
  return { hash, done, runningMax: () => runningMax }
}

test('two are hashed at once, and each that waits gets its turn', async () => {
  const { hash, runningMax } = bench()
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => hash(`address ${index}`)))
  assert.deepEqual([new Set(results), runningMax()], [new Set(['done']), 2])
})

test('whoever sends many waits behind whoever sends one', async () => {
  const { hash, done } = bench()
  const flood = Array.from({ length: 25 }, () => hash('attacker'))
  await Promise.all([hash('guest'), ...flood])
  assert.ok(done.indexOf('guest') < 5, done.join(' '))
})

test('one address has so many waiting at most, and all of them together', async () => {
  const { hash } = bench()
  const one = await Promise.all(Array.from({ length: 100 }, () => hash('attacker')))
  assert.equal(one.filter(result => result === 'done').length, 2 + 25)
  const many = await Promise.all(Array.from({ length: 1000 }, (_, index) => hash(`address ${index}`)))
  assert.equal(many.filter(result => result === 'done').length, 2 + 200)
  assert.equal(await hash('late'), 'done')
})

test('a hash that fails gives its place to the next', async () => {
  const queued = openHashingQueue()
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => queued('a', () => Promise.reject(new Error('no')))),
  )
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 10)
  assert.equal(await queued('a', async () => 1), 1)
})
