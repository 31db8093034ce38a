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
      return 'refused'
    }
    return 'done'
  }
  return { hash, done, runningMax: () => runningMax }
}

test('two passwords are hashed at a time, and each waiting one gets its turn', async () => {
  const { hash, runningMax } = bench()
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => hash(`address ${index}`)))
  assert.deepEqual([new Set(results), runningMax()], [new Set(['done']), 2])
})

test('an address that sends many passwords waits behind an address that sends one', async () => {
  const { hash, done } = bench()
  const flood = Array.from({ length: 25 }, () => hash('attacker'))
  await Promise.all([hash('guest'), ...flood])
  assert.ok(done.indexOf('guest') < 5, done.join(' '))
})

test('the number of waiting passwords is limited for one address, and for all together', async () => {
  const { hash } = bench()
  const one = await Promise.all(Array.from({ length: 100 }, () => hash('attacker')))
  assert.equal(one.filter(result => result === 'done').length, 2 + 25)
  const many = await Promise.all(Array.from({ length: 1000 }, (_, index) => hash(`address ${index}`)))
  assert.equal(many.filter(result => result === 'done').length, 2 + 200)
  assert.equal(await hash('late'), 'done')
})

test('after a failed hash, the next one runs', async () => {
  const queued = openHashingQueue()
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => queued('a', () => Promise.reject(new Error('no')))),
  )
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 10)
  assert.equal(await queued('a', async () => 1), 1)
})
