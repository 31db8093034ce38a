import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused } from '../../model/refused.ts'
import { levelsMax } from '../../rules/gate/strict-json.ts'
import { parseJsonBody } from './json-body.ts'

const parse = (text: string) => parseJsonBody(Buffer.from(text))
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

function codeOf(text: string): string {
  try {
    parse(text)
    return 'parsed'
  } catch (error) {
    assert.ok(error instanceof Refused, String(error))
    return error.code
  }
}

test('a body that is nested deeper than any request is refused, however deep it is', () => {
  assert.equal(codeOf(nested(levelsMax)), 'parsed')
  for (const levels of [levelsMax + 1, 100, 10_000, 1_000_000])
    assert.equal(codeOf(nested(levels)), 'body_nested_too_deeply', String(levels))
  assert.equal(codeOf(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 'body_nested_too_deeply')
  assert.equal(codeOf('['.repeat(10_000)), 'malformed_body')
})

test('integers that a double cannot hold keep their digits, and other numbers are numbers', () => {
  assert.deepEqual(parse('[9007199254740993, 12345678901234567890, -9007199254740993]'), [
    '9007199254740993',
    '12345678901234567890',
    '-9007199254740993',
  ])
  assert.deepEqual(parse('[9007199254740991, 1.5, 1e20, 0]'), [9007199254740991, 1.5, 1e20, 0])
})

test('an unpaired surrogate is refused, however its escape is written', () => {
  for (const text of ['"\\ud800"', '"\\uD800"', '{"\\udFff": 1}', '["a\\ud83d"]'])
    assert.equal(codeOf(text), 'malformed_body', text)
  assert.equal(parse('"\\ud83d\\ude00"'), '😀')
})
