import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused, refusals } from './refused.ts'

const refusal = refusals({
  too_many: {
    status: 413,
    words: (f: { count: number; max: number }) => `${f.count} are more than ${f.max}.`,
    hint: (f: { max: number }) => `Try ${f.max}.`,
    data: (f: { max: number }) => ({ max: f.max }),
  },
  nothing_there: { status: 404, words: (_: Record<string, never>) => 'Nothing is there.' },
})

test('the code of a refusal is its name in the table, and the message is made from the facts', () => {
  const { code, status, message, hint, data } = refusal.too_many({ count: 6, max: 5 })
  assert.deepEqual(
    { code, status, message, hint, data },
    { code: 'too_many', status: 413, message: '6 are more than 5.', hint: 'Try 5.', data: { max: 5 } },
  )
})

test('hint and data are optional', () => {
  const { code, status, message, hint, data } = refusal.nothing_there({})
  assert.deepEqual(
    { code, status, message, hint, data },
    { code: 'nothing_there', status: 404, message: 'Nothing is there.', hint: undefined, data: undefined },
  )
})

test('a refusal can be thrown and distinguished from a fault', () => {
  const refused = refusal.nothing_there({})
  assert.ok(refused instanceof Refused)
  assert.ok(refused instanceof Error)
  assert.equal(refused.name, 'Refused')
})

test('the table has exactly one constructor for each wording', () =>
  assert.deepEqual(Object.keys(refusal), ['too_many', 'nothing_there']))
