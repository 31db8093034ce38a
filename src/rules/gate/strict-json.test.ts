import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findJsonDoubt, isLenientJson } from './strict-json.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('JSON that can be understood in one way only is not in doubt', () => {
  const texts = [
    ...['{}', '[]', 'null', 'true', '"a"', '0', '-1', '7', '999999999999999', ' [ 1 , "2" , false ] '],
    ...[
      '{"a":1,"b":1}',
      '{"a":{"a":{"a":1}}}',
      '[{"a":1},{"a":1}]',
      '{"a":[{"a":1}],"b":"a"}',
      '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    ],
    ...['{"":1,"a":2}', '{"a\\"":1,"a":2}', '{"__proto__":1,"constructor":2}', '"1.0"', '"\\ud83d\\ude00"', '"😀"'],
    ...['"\\\\ud800"', '{"a:b":"{[,:]}"}', '"\\""', nested(32)],
  ]
  for (const text of texts) test(text.slice(0, 40), () => assert.equal(findJsonDoubt(text), undefined))
})

describe('what parsers understand differently is found', () => {
  const rows: readonly (readonly [text: string, code: string])[] = [
    ['{"a":1,"a":2}', 'key_repeated'],
    ['{"a":1,"a":1}', 'key_repeated'],
    ['{"a":1,"\\u0061":2}', 'key_repeated'],
    ['{"a":1,"b":{"c":1},"a":2}', 'key_repeated'],
    ['[1,{"x":[{"a":{},"a":[]}]}]', 'key_repeated'],
    ['{"__proto__":1,"__proto__":2}', 'key_repeated'],
    ['{"":1 , "":2}', 'key_repeated'],
    ['1.0', 'number_unclear'],
    ['[1e0]', 'number_unclear'],
    ['{"a":7.5}', 'number_unclear'],
    ['{"a":-0}', 'number_unclear'],
    ['{"a":1E+2}', 'number_unclear'],
    ['9007199254740993', 'number_unclear'],
    ['1000000000000000', 'number_unclear'],
    ['"\\ud800"', 'text_not_unicode'],
    ['{"\\udc00":1}', 'text_not_unicode'],
    ['"\\ude00\\ud83d"', 'text_not_unicode'],
    [nested(33), 'body_nested_too_deeply'],
  ]
  for (const [text, code] of rows) test(text.slice(0, 40), () => assert.equal(findJsonDoubt(text)?.code, code))

  test('the refusal names the key', () =>
    assert.equal(
      findJsonDoubt('{"instance":{"flavorRef":1,"flavorRef":2}}')?.message,
      "Duplicate key 'flavorRef' in an object of the body: send it once.",
    ))
})

describe('of what is no JSON, only that is lenient which a parser in Python accepts', () => {
  const rows: readonly (readonly [text: string, isLenient: boolean])[] = [
    ['{"a":NaN}', true],
    ['[Infinity,-Infinity]', true],
    ['{"a":1٠}', true],
    ['"\\u 12 "', true],
    ['"\\u1_23"', true],
    ['{"a":{', false],
    ['', false],
    ['{a:1}', false],
    ["{'a':1}", false],
    ['[1,]', false],
    ['[1]/**/', false],
    ['01', false],
    ['"a\tb"', false],
    ['"\\x41"', false],
    ['{"a":nan}', false],
    ['[NaN', false],
  ]
  for (const [text, isLenient] of rows) test(text, () => assert.equal(isLenientJson(text), isLenient))
})

test('any JSON without numbers that is written by JSON.stringify is in doubt only if a text is not Unicode', () => {
  const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.integer())
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(fc.property(value, each => findJsonDoubt(JSON.stringify(each)) === undefined))
})

test('a repeated key is found wherever it is', () => {
  const place = fc.array(fc.constantFrom('list', 'object'), { maxLength: 20 })
  fc.assert(
    fc.property(place, fc.string({ unit: 'binary' }), (around, key) => {
      const quoted = JSON.stringify(key)
      const inner = `{${quoted}:0 ,"other${key.length}":[{}], ${quoted}\n:1}`
      const text = around.reduce((text, kind) => (kind === 'list' ? `[{},${text}]` : `{"a":"}","b":${text}}`), inner)
      return findJsonDoubt(text)?.code === 'key_repeated'
    }),
  )
})
