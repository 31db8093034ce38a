import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TooLate, within } from './within.ts'

test('a result in time is returned, and an error in time is thrown unchanged', async () => {
  assert.equal(await within(60_000, Promise.resolve(1), 'no answer'), 1)
  const failure = new Error('broken')
  await assert.rejects(within(60_000, Promise.reject(failure), 'no answer'), failure)
})

test('an operation that takes too long is abandoned, and may fail later without effect', async () => {
  const { promise, reject } = Promise.withResolvers<never>()
  await assert.rejects(within(5, promise, 'no answer'), new TooLate('no answer within 0 s'))
  reject(new Error('nobody listens'))
})
