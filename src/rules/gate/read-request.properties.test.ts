import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readRequest } from './read-request.ts'

type Body = Readonly<Record<string, unknown>>

const readText = (line: string, text: string) => {
  const [method = '', path = ''] = line.split(' ')
  const body = new TextEncoder().encode(text)
  return readRequest({ method, path, query: '', contentType: 'application/json', contentEncoding: undefined, body })
}
const read = (line: string, body: unknown) => readText(line, JSON.stringify(body))

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)
const flavorRef = fc.oneof(
  id,
  fc.nat(),
  id.map(each => `https://nova/v2.1/flavors/${each}`),
)
const volume = fc.record({ size: fc.nat(), type: fc.option(id) }, { requiredKeys: ['size'] })
const datastore = fc.record({ type: id, version: id, version_number: id }, { requiredKeys: [] })
const member = fc.record({ flavorRef, volume, region_name: id }, { requiredKeys: ['flavorRef'] })

const instance = fc.record(
  {
    name: fc.string(),
    flavorRef,
    volume,
    datastore,
    restorePoint: fc.record({ backupRef: id }),
    nics: fc.constant([]),
  },
  { requiredKeys: ['name', 'flavorRef'] },
)
const replica = fc.record({ name: fc.string(), replica_of: id, replica_count: fc.integer({ min: 1, max: 3 }) })
const cluster = fc.record({ name: fc.string(), datastore, instances: fc.array(member, { maxLength: 4 }) })

/** Requests that can be understood in one way only, of each operation. */
const request: fc.Arbitrary<readonly [line: string, body: Body]> = fc.oneof(
  fc.tuple(fc.constant('POST /v1.0/p/instances'), fc.record({ instance })),
  fc.tuple(fc.constant('POST /v1.0/p/instances'), fc.record({ instance: replica })),
  fc.tuple(
    fc.constantFrom('PUT /v1.0/p/instances/i', 'PATCH /v1.0/p/instances/i'),
    id.map(version => ({ instance: { datastore_version: version } })),
  ),
  fc.tuple(
    fc.constant('POST /v1.0/p/instances/i/action'),
    fc.oneof(
      flavorRef.map(flavor => ({ resize: { flavorRef: flavor } })),
      volume.map(each => ({ resize: { volume: each } })),
    ),
  ),
  fc.tuple(fc.constant('POST /v1.0/p/clusters'), fc.record({ cluster })),
  fc.tuple(
    fc.constant('POST /v1.0/p/clusters/c'),
    fc.oneof(
      fc.record({ grow: fc.array(member, { maxLength: 4 }) }),
      fc.constant({ add_shard: {} }),
      id.map(version => ({ upgrade: { datastore_version: version } })),
    ),
  ),
  fc.tuple(
    fc.constant('POST /v1.0/p/mgmt/instances/i/action'),
    fc.oneof(
      id.map(host => ({ migrate: { host } })),
      id.map(image => ({ rebuild: { image_id: image } })),
    ),
  ),
)

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same value with the keys of all objects in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, reversed(each)] as const)
      .toReversed(),
  )
}

/** Below the key of the operation: beside it, a further key is a further action. */
const withUnknownKey = (body: Body, key: string, added: unknown): Body =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, isObject(value) ? { ...value, [key]: added } : value]),
  )

const escaped = (text: string) =>
  [...text].map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

describe('a request of everyday is read', () => {
  test('as something that is asked for', () =>
    fc.assert(fc.property(request, ([line, body]) => read(line, body).kind === 'asks')))

  test('the same with other whitespace', () =>
    fc.assert(
      fc.property(request, fc.stringMatching(/^[ \t\n\r]{0,5}$/), ([line, body], blank) =>
        assert.deepEqual(readText(line, `${blank}${JSON.stringify(body, null, blank)}${blank}`), read(line, body)),
      ),
    ))

  test('the same with its keys in another order', () =>
    fc.assert(fc.property(request, ([line, body]) => assert.deepEqual(read(line, reversed(body)), read(line, body)))))

  test('the same with escapes in its keys', () =>
    fc.assert(
      fc.property(request, ([line, body]) =>
        assert.deepEqual(
          readText(
            line,
            JSON.stringify(body).replace(/"(\w+)":/g, (_, key: string) => `"${escaped(key)}":`),
          ),
          read(line, body),
        ),
      ),
    ))

  test('the same with an unknown key', () =>
    fc.assert(
      fc.property(request, fc.stringMatching(/^x-[a-z]*$/), fc.jsonValue(), ([line, body], key, added) => {
        const whole = JSON.parse(
          JSON.stringify(added, (_, each) => (typeof each === 'number' ? Math.trunc(each % 1000) + 0 : each)),
        )
        assert.deepEqual(read(line, withUnknownKey(body, key, whole)), read(line, body))
      }),
    ))
})

describe('a doubt anywhere in a request makes it ambiguous', () => {
  const judged = request.filter(([line]) => !line.includes('mgmt'))

  test('a repeated key', () =>
    fc.assert(
      fc.property(judged, ([line, body]) => {
        const text = JSON.stringify(body)
        const [key = ''] = Object.keys(body)
        return readText(line, `${text.slice(0, -1)},"${escaped(key)}":0}`).kind === 'ambiguous'
      }),
    ))

  test('a number that is not plain', () =>
    fc.assert(
      fc.property(
        judged,
        fc.constantFrom('1.0', '1e0', '-0', 'NaN', '12345678901234567890'),
        ([line, body], number) => {
          const text = JSON.stringify(withUnknownKey(body, 'x-mark', 'mark')).replaceAll('"mark"', number)
          return !text.includes('x-mark') || readText(line, text).kind === 'ambiguous'
        },
      ),
    ))

  test('another path', () =>
    fc.assert(
      fc.property(judged, fc.nat(), ([line, body], position) => {
        const slashes = [...line.matchAll(/\//g)].map(({ index }) => index)
        const at = slashes[position % slashes.length]!
        return read(`${line.slice(0, at)}/${line.slice(at)}`, body).kind === 'ambiguous'
      }),
    ))
})

test('whatever is sent, a reading comes back', () => {
  const anything = fc.record({
    method: fc.oneof(fc.constantFrom('POST', 'PUT', 'PATCH', 'GET'), fc.string()),
    path: fc.oneof(
      fc.constantFrom('/v1.0/p/instances', '/v1.0/p/clusters/c'),
      fc.string({ unit: 'binary' }),
      fc.webPath(),
    ),
    query: fc.oneof(fc.constant(''), fc.string()),
    contentType: fc.option(fc.oneof(fc.constant('application/json'), fc.string()), { nil: undefined }),
    contentEncoding: fc.option(fc.string(), { nil: undefined }),
    body: fc.oneof(
      fc.uint8Array(),
      fc.json().map(text => new TextEncoder().encode(text)),
    ),
  })
  fc.assert(fc.property(anything, each => ['passes', 'ambiguous', 'asks'].includes(readRequest(each).kind)))
})
