import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseOf, type Connection, directClient, requestAddress } from './request-address.ts'

const connection: Connection = { scheme: 'http', host: '10.0.0.2:8779', client: '10.0.0.1' }
const host = 'inner:8779'
const addressWith = (headers: Record<string, string | string[]>, trustsProxy = true) => {
  const { scheme, host, prefix, client } = requestAddress({ host: 'inner:8779', ...headers }, connection, trustsProxy)
  return `${client} → ${scheme}://${host}${prefix}`
}
const direct = '10.0.0.1 → http://inner:8779'

test('without the configuration, proxy headers change nothing', () => {
  const headers = {
    forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
  }
  assert.equal(addressWith(headers, false), direct)
})

test('without proxy headers, the address comes from the connection and its Host header', () =>
  assert.equal(addressWith({}), direct))

const valid: readonly (readonly [name: string, headers: Record<string, string | string[]>, expected: string])[] = [
  [
    'X-Forwarded-Proto, -Host, -For and -Prefix',
    {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'cloud.example:8443',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-prefix': '/database',
    },
    '203.0.113.7 → https://cloud.example:8443/database',
  ],
  ['X-Forwarded-Proto alone', { 'x-forwarded-proto': 'https' }, `10.0.0.1 → https://${host}`],
  ['a scheme in capitals', { 'x-forwarded-proto': 'HTTPS' }, `10.0.0.1 → https://${host}`],
  [
    'Forwarded',
    { forwarded: 'for=203.0.113.7;proto=https;host=cloud.example;by=10.0.0.9' },
    '203.0.113.7 → https://cloud.example',
  ],
  [
    'Forwarded with quotes and blanks',
    { forwarded: 'Host="cloud.example:81" ; PROTO = https' },
    '10.0.0.1 → https://cloud.example:81',
  ],
  [
    'Forwarded with an escaped character',
    { forwarded: 'host="cloud\\.example";proto=https' },
    '10.0.0.1 → https://cloud.example',
  ],
  ['Forwarded with an IPv6 address', { forwarded: 'for="[2001:db8::1]:4711"' }, `2001:db8::1 → http://${host}`],
  ['Forwarded with a port', { forwarded: 'for="203.0.113.7:4711"' }, `203.0.113.7 → http://${host}`],
  ['Forwarded with a hidden client', { forwarded: 'for=_hidden' }, `_hidden → http://${host}`],
  ['Forwarded with an unknown client', { forwarded: 'for=unknown' }, `unknown → http://${host}`],
  [
    'Forwarded with empty parts',
    { forwarded: ';;proto=https; ;host=a.example;, host=b' },
    '10.0.0.1 → https://a.example',
  ],
  [
    'Forwarded with a comma in quotes',
    { forwarded: 'ext="a,b;host=evil";host=cloud.example' },
    '10.0.0.1 → http://cloud.example',
  ],
  [
    'Forwarded takes precedence over the three older headers',
    { forwarded: 'proto=https', 'x-forwarded-host': 'other', 'x-forwarded-for': '1.2.3.4' },
    `10.0.0.1 → https://${host}`,
  ],
  [
    'Forwarded with a prefix, which only the older header has',
    { forwarded: 'proto=https', 'x-forwarded-prefix': '/db' },
    `10.0.0.1 → https://${host}/db`,
  ],
  [
    'the first of several hops',
    { forwarded: 'for=203.0.113.7;host=a.example, for=10.0.0.3;host=b.example' },
    '203.0.113.7 → http://a.example',
  ],
  [
    'the first of several hops in the older headers',
    {
      'x-forwarded-for': '203.0.113.7, 10.0.0.3',
      'x-forwarded-host': 'a.example, b',
      'x-forwarded-proto': 'https,http',
    },
    '203.0.113.7 → https://a.example',
  ],
  ['a repeated header', { 'x-forwarded-host': ['a.example', 'b.example'] }, '10.0.0.1 → http://a.example'],
  ['prefixes of several proxies', { 'x-forwarded-prefix': '/a/, /b' }, `10.0.0.1 → http://${host}/a/b`],
  ['an empty prefix', { 'x-forwarded-prefix': '/' }, `10.0.0.1 → http://${host}`],
  ['a client with an IPv6 address', { 'x-forwarded-for': '2001:db8::1' }, `2001:db8::1 → http://${host}`],
]
for (const [name, headers, expected] of valid) test(name, () => assert.equal(addressWith(headers), expected))

const hostile: readonly Record<string, string>[] = [
  ...[
    'evil"<',
    'a/b',
    'a b',
    'a@b',
    'a?b',
    'a#b',
    'a\\b',
    '-->',
    'a:99999',
    'a:b',
    '256.256.256.256',
    '[::1',
    '',
    ',',
    '%0d%0a',
  ].map(text => ({ 'x-forwarded-host': text })),
  ...['ftp', 'javascript', 'https://x', '', 'http s'].map(text => ({ 'x-forwarded-proto': text })),
  ...['999.1.1.1', 'a\nb', '<b>', '', '1.2.3.4 5.6.7.8', '_', '[]'].map(text => ({ 'x-forwarded-for': text })),
  ...['evil', 'http://evil', '//evil', '/a b', '/a"<', '/a?b', '/a#b', '/a\\b', '/ok, evil', '/../x', '/a/./b'].map(
    text => ({
      'x-forwarded-prefix': text,
    }),
  ),
  ...[
    '',
    ';',
    ',',
    '=',
    'host',
    'host=',
    'host="',
    'host="a',
    'host="a"b',
    'host=a b',
    'host=evil"<',
    ',host=evil',
  ].map(text => ({
    forwarded: text,
  })),
]
for (const headers of hostile)
  test(`${JSON.stringify(headers)} is ignored`, () => assert.equal(addressWith(headers), direct))

test('an invalid part does not affect the others', () =>
  assert.equal(
    addressWith({ 'x-forwarded-host': 'evil"<', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }),
    `203.0.113.7 → https://${host}`,
  ))

test('an invalid or missing Host is replaced by the local address of the connection', () => {
  for (const host of ['evil"<', 'a/b', '', undefined])
    assert.equal(requestAddress({ host }, connection, false).host, '10.0.0.2:8779')
})

test('a very long header is parsed quickly', () => {
  const began = performance.now()
  const blanks = ' '.repeat(100_000)
  for (const forwarded of [
    'host="'.repeat(50_000),
    `a=${blanks}"`,
    `${blanks}"`,
    `;${blanks}`,
    `a=b${blanks}c`,
    `a${blanks}"`,
  ])
    addressWith({
      forwarded,
      'x-forwarded-prefix': '/a'.repeat(50_000),
      'x-forwarded-host': `a.${blanks}`,
      'x-forwarded-for': blanks,
    })
  assert.ok(performance.now() - began < 1000)
})

/** Pieces of such headers, valid and invalid. */
const piece = fc.constantFrom(
  ...[
    'for=',
    'host=',
    'proto=',
    'https',
    'http',
    '"',
    '\\',
    ';',
    ',',
    ' ',
    '=',
    '/',
    '//',
    '..',
    '[',
    ']',
    ':',
    '@',
    '?',
    '#',
  ],
  ...['cloud.example', '203.0.113.7', '2001:db8::1', '_x', 'unknown', '8443', '%0d%0a', '<', 'ä', '\t', '/database'],
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
  fc.string(),
)
const names = ['host', 'forwarded', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for', 'x-forwarded-prefix']

test('with any headers, links lead to a host, nothing breaks out of a header or a link, and a client is one word', () => {
  const headers = fc.dictionary(fc.constantFrom(...names), text)
  fc.assert(
    fc.property(headers, headers => {
      const address = requestAddress(headers, connection, true)
      const base = baseOf(address)
      const url = new URL(`${base}/v1.0/x`)
      assert.ok(
        url.pathname === `${address.prefix}/v1.0/x` && url.username === '' && url.search + url.hash === '',
        base,
      )
      assert.match(base, /^https?:\/\/[\w.[\]:-]+(?:\/[^\s"<>\\^`{|}?#]+)*$/)
      assert.match(address.client, /^[\w.:-]+$/)
    }),
    { numRuns: 2000 },
  )
})

const directClients: readonly (readonly [name: string, headers: Record<string, string>, expected: string])[] = [
  ['no header', {}, '10.0.0.1'],
  ['one hop', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  ['an entry of the client before the one of the proxy', { 'x-forwarded-for': '9.9.9.9, 203.0.113.7' }, '203.0.113.7'],
  ['Forwarded', { forwarded: 'for=9.9.9.9, for=203.0.113.7;proto=https' }, '203.0.113.7'],
  ['an open quote of the client', { forwarded: 'for="9.9.9.9, for=203.0.113.7' }, '203.0.113.7'],
  ['both headers, which agree', { forwarded: 'for="203.0.113.7:99"', 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  [
    'both headers, one of them from the client',
    { forwarded: 'for=9.9.9.9', 'x-forwarded-for': '203.0.113.7' },
    '10.0.0.1',
  ],
  [
    'both headers, one of them without an address',
    { forwarded: 'nonsense', 'x-forwarded-for': '203.0.113.7' },
    '10.0.0.1',
  ],
  ['a word instead of an address', { 'x-forwarded-for': 'unknown' }, '10.0.0.1'],
  ['nothing after a comma', { 'x-forwarded-for': '203.0.113.7, ' }, '10.0.0.1'],
  ['an IPv6 address', { 'x-forwarded-for': '2001:db8::1' }, '2001:db8:0:0::/64'],
  ['a full IPv6 address in brackets', { 'x-forwarded-for': '[2001:DB8:0:0:1:2:3:4]:99' }, '2001:db8:0:0::/64'],
  ['the IPv6 loopback', { 'x-forwarded-for': '::1' }, '0:0:0:0::/64'],
  ['a mapped IPv4 address', { 'x-forwarded-for': '::ffff:203.0.113.7' }, '203.0.113.7'],
]
for (const [name, headers, expected] of directClients)
  test(`attempts are counted by the address that the proxy talks to: ${name}`, () => {
    assert.equal(directClient(headers, '10.0.0.1', true), expected)
    assert.equal(directClient(headers, '10.0.0.1', false), '10.0.0.1')
  })

test('an IPv6 address counts by its network, also without a proxy', () => {
  assert.equal(directClient({}, 'fe80::1:2:3:4%eth0', false), 'fe80:0:0:0::/64')
  assert.equal(directClient({}, '::ffff:10.0.0.1', false), '10.0.0.1')
})
