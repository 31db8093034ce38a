import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gateBodyBytesMax, readBody } from './read-body.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const base = { method: 'POST', path: '/v1.0/p/instances', query: '' }

/** The code of the refusal, or the kind of the reading. */
function reading(body: Uint8Array, contentType: string | undefined, contentEncoding?: string): string {
  const read = readBody({ ...base, body, contentType, contentEncoding })
  return read.kind === 'ambiguous' ? read.refused.code : read.kind
}

describe('content types', () => {
  const rows: readonly (readonly [type: string | undefined, result: string])[] = [
    ['application/json', 'value'],
    ['Application/JSON', 'value'],
    ['application/json; charset=utf-8', 'value'],
    ['application/json;charset="UTF-8"', 'value'],
    ['application/json; charset=utf8', 'value'],
    [' application/json ', 'value'],
    ['application/json; charset=utf-16', 'content_type_unclear'],
    ['application/json; charset=latin-1', 'content_type_unclear'],
    ['application/json; charset=utf-8; x', 'content_type_unclear'],
    ['application/json, application/json', 'content_type_unclear'],
    ['text/plain, application/json', 'content_type_unclear'],
    ['application/json-patch+json', 'content_type_unclear'],
    ['application/xml', 'content_type_unclear'],
    ['text/XML', 'content_type_unclear'],
    [undefined, 'content_type_missing'],
    ['', 'content_type_missing'],
    [' ', 'content_type_missing'],
    // Trove answers 415.
    ['text/plain', 'passes'],
    ['application/x-www-form-urlencoded', 'passes'],
    ['application/octet-stream', 'passes'],
  ]
  for (const [type, result] of rows) test(`${type}: ${result}`, () => assert.equal(reading(bytes('{}'), type), result))

  test('none matters for an empty body', () => assert.equal(reading(bytes(''), undefined, 'gzip'), 'passes'))
})

describe('content encodings', () => {
  const rows: readonly (readonly [encoding: string | undefined, result: string])[] = [
    [undefined, 'value'],
    ['', 'value'],
    ['identity', 'value'],
    [' Identity ', 'value'],
    ['gzip', 'content_encoding_unsupported'],
    ['identity, gzip', 'content_encoding_unsupported'],
    ['identity, identity', 'content_encoding_unsupported'],
  ]
  for (const [encoding, result] of rows)
    test(`${encoding}: ${result}`, () => assert.equal(reading(bytes('{}'), 'application/json', encoding), result))
})

describe('bytes', () => {
  const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
  const rows: readonly (readonly [name: string, body: Uint8Array, result: string])[] = [
    ['UTF-8', bytes('{"instance":"ü😀"}'), 'value'],
    ['a byte order mark', bytes('\ufeff{}'), 'body_encoding_unclear'],
    ['UTF-16 without a byte order mark', utf16('{}'), 'body_encoding_unclear'],
    ['UTF-16 with a byte order mark', utf16('\ufeff{}'), 'body_encoding_unclear'],
    ['a null byte', bytes('{}\0'), 'body_encoding_unclear'],
    ['Latin-1', Uint8Array.of(0x22, 0xfc, 0x22), 'body_encoding_unclear'],
    ['a longer form of a slash', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'body_encoding_unclear'],
    ['a surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'body_encoding_unclear'],
    ['no JSON', bytes('{"instance": {'), 'passes'],
    ['lenient JSON', bytes('{"instance": NaN}'), 'body_not_strict_json'],
    ['a repeated key', bytes('{"a":1,"a":1}'), 'key_repeated'],
    ['the largest body', bytes(`"${'x'.repeat(gateBodyBytesMax - 2)}"`), 'value'],
    ['a larger body', bytes(`"${'x'.repeat(gateBodyBytesMax - 1)}"`), 'body_too_large'],
  ]
  for (const [name, body, result] of rows)
    test(`${name}: ${result}`, () => assert.equal(reading(body, 'application/json'), result))
})
