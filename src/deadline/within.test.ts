import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TooLate, within } from './within.ts'

test('an answer in time is given, and a failure is thrown as it is', async () => {
  assert.equal(await within(60_000, Promise.resolve(1), 'no answer'), 1)
  const failure = new Error('broken')
  await assert.rejects(within(60_000, Promise.reject(failure), 'no answer'), failure)
})

test('what takes too long is not waited for, and may fail afterwards', async () => {
  const { promise, reject } = Promise.withResolvers<never>()
  await assert.rejects(within(5, promise, 'no answer'), new TooLate('no answer within 0 s'))
  reject(new Error('nobody listens'))
})
