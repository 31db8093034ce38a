import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonBody } from './json-body.ts'

const parsed = (text: string) => parseJsonBody(Buffer.from(text))

test('an integer beyond the range of a double keeps its digits as text, others stay numbers', () => {
  assert.deepEqual(parsed('{"a": 9007199254740993, "b": 9007199254740991, "c": 1e3}'), {
    ...{ a: '9007199254740993', b: 9007199254740991, c: 1000 },
  })
})

test('an unpaired surrogate is refused, in a key and in a value, and a pair is not', () => {
  assert.throws(() => parsed('{"\\ud800": 1}'), { code: 'malformed_body' })
  assert.throws(() => parsed('{"a": "\\uD800"}'), { code: 'malformed_body' })
  assert.deepEqual(parsed('{"a": "\\ud83d\\ude00"}'), { a: '😀' })
})

test('a body that is nested so deeply that reading it could exhaust the stack is refused', () => {
  assert.throws(() => parsed('['.repeat(10_000) + ']'.repeat(10_000)), { code: 'malformed_body' })
})

test('no body, and one of blanks, count as none', () => {
  assert.equal(parsed(''), undefined)
  assert.equal(parsed(' \n'), undefined)
})
