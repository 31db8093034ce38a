import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseOf, type Connection, neighbour, requestAddress } from './request-address.ts'

const connection: Connection = { scheme: 'http', host: '10.0.0.2:8779', client: '10.0.0.1' }
const host = 'inner:8779'
const seen = (headers: Record<string, string | string[]>, heedsProxy = true) => {
  const { scheme, host, prefix, client } = requestAddress({ host: 'inner:8779', ...headers }, connection, heedsProxy)
  return `${client} → ${scheme}://${host}${prefix}`
}
const direct = '10.0.0.1 → http://inner:8779'

test('without the configuration, no header of a proxy changes anything', () => {
  const headers = {
    forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
  }
  assert.equal(seen(headers, false), direct)
})

test('nothing forwarded is the connection and its Host header', () => assert.equal(seen({}), direct))

const said: readonly (readonly [what: string, headers: Record<string, string | string[]>, expected: string])[] = [
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
  ['each of them alone', { 'x-forwarded-proto': 'https' }, `10.0.0.1 → https://${host}`],
  ['a name in capitals', { 'x-forwarded-proto': 'HTTPS' }, `10.0.0.1 → https://${host}`],
  [
    'Forwarded',
    { forwarded: 'for=203.0.113.7;proto=https;host=cloud.example;by=10.0.0.9' },
    '203.0.113.7 → https://cloud.example',
  ],
  [
    'with quotes and blanks',
    { forwarded: 'Host="cloud.example:81" ; PROTO = https' },
    '10.0.0.1 → https://cloud.example:81',
  ],
  ['with what quotes escape', { forwarded: 'host="cloud\\.example";proto=https' }, '10.0.0.1 → https://cloud.example'],
  ['with an address of six', { forwarded: 'for="[2001:db8::1]:4711"' }, `2001:db8::1 → http://${host}`],
  ['with a port', { forwarded: 'for="203.0.113.7:4711"' }, `203.0.113.7 → http://${host}`],
  ['with a name that hides', { forwarded: 'for=_hidden' }, `_hidden → http://${host}`],
  ['with an unknown client', { forwarded: 'for=unknown' }, `unknown → http://${host}`],
  [
    'with nothing between semicolons',
    { forwarded: ';;proto=https; ;host=a.example;, host=b' },
    '10.0.0.1 → https://a.example',
  ],
  ['a comma in quotes', { forwarded: 'ext="a,b;host=evil";host=cloud.example' }, '10.0.0.1 → http://cloud.example'],
  [
    'Forwarded, and not the older three beside it',
    { forwarded: 'proto=https', 'x-forwarded-host': 'other', 'x-forwarded-for': '1.2.3.4' },
    `10.0.0.1 → https://${host}`,
  ],
  [
    'but the prefix, which Forwarded has not',
    { forwarded: 'proto=https', 'x-forwarded-prefix': '/db' },
    `10.0.0.1 → https://${host}/db`,
  ],
  [
    'the first of several hops',
    { forwarded: 'for=203.0.113.7;host=a.example, for=10.0.0.3;host=b.example' },
    '203.0.113.7 → http://a.example',
  ],
  [
    'in the older headers, too',
    {
      'x-forwarded-for': '203.0.113.7, 10.0.0.3',
      'x-forwarded-host': 'a.example, b',
      'x-forwarded-proto': 'https,http',
    },
    '203.0.113.7 → https://a.example',
  ],
  ['headers that come twice', { 'x-forwarded-host': ['a.example', 'b.example'] }, '10.0.0.1 → http://a.example'],
  [
    'prefixes that were taken away one after the other',
    { 'x-forwarded-prefix': '/a/, /b' },
    `10.0.0.1 → http://${host}/a/b`,
  ],
  ['no prefix', { 'x-forwarded-prefix': '/' }, `10.0.0.1 → http://${host}`],
  ['a client of six', { 'x-forwarded-for': '2001:db8::1' }, `2001:db8::1 → http://${host}`],
]
for (const [what, headers, expected] of said) test(what, () => assert.equal(seen(headers), expected))

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
  test(`${JSON.stringify(headers)} says nothing`, () => assert.equal(seen(headers), direct))

test('what is wrong with one part leaves the others', () =>
  assert.equal(
    seen({ 'x-forwarded-host': 'evil"<', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }),
    `203.0.113.7 → https://${host}`,
  ))

test('a Host that is none, or is missing, is the address that the connection came to', () => {
  for (const host of ['evil"<', 'a/b', '', undefined])
    assert.equal(requestAddress({ host }, connection, false).host, '10.0.0.2:8779')
})

test('a very long header takes no time', () => {
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
    seen({
      forwarded,
      'x-forwarded-prefix': '/a'.repeat(50_000),
      'x-forwarded-host': `a.${blanks}`,
      'x-forwarded-for': blanks,
    })
  assert.ok(performance.now() - began < 1000)
})

/** Pieces that such headers are made of, right and wrong. */
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

test('whatever is said, links lead to a host, nothing breaks out of a header or a link, and a client is one word', () => {
  const headers = fc.dictionary(fc.constantFrom(...names), text)
  fc.assert(
    fc.property(headers, said => {
      const address = requestAddress(said, connection, true)
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

const neighbours: readonly (readonly [what: string, headers: Record<string, string>, expected: string])[] = [
  ['no header', {}, '10.0.0.1'],
  ['one hop', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  ['what a client wrote before the proxy added its own', { 'x-forwarded-for': '9.9.9.9, 203.0.113.7' }, '203.0.113.7'],
  ['Forwarded', { forwarded: 'for=9.9.9.9, for=203.0.113.7;proto=https' }, '203.0.113.7'],
  ['a quote that a client left open', { forwarded: 'for="9.9.9.9, for=203.0.113.7' }, '203.0.113.7'],
  ['both, of one mind', { forwarded: 'for="203.0.113.7:99"', 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  ['both, one of them a client’s', { forwarded: 'for=9.9.9.9', 'x-forwarded-for': '203.0.113.7' }, '10.0.0.1'],
  ['one of them no address', { forwarded: 'nonsense', 'x-forwarded-for': '203.0.113.7' }, '10.0.0.1'],
  ['a word', { 'x-forwarded-for': 'unknown' }, '10.0.0.1'],
  ['nothing after a comma', { 'x-forwarded-for': '203.0.113.7, ' }, '10.0.0.1'],
  ['an address of six', { 'x-forwarded-for': '2001:db8::1' }, '2001:db8:0:0::/64'],
  ['in full, in brackets', { 'x-forwarded-for': '[2001:DB8:0:0:1:2:3:4]:99' }, '2001:db8:0:0::/64'],
  ['of the loopback', { 'x-forwarded-for': '::1' }, '0:0:0:0::/64'],
  ['one of four, mapped', { 'x-forwarded-for': '::ffff:203.0.113.7' }, '203.0.113.7'],
]
for (const [what, headers, expected] of neighbours)
  test(`what counts against an address counts against the neighbour of the proxy: ${what}`, () => {
    assert.equal(neighbour(headers, '10.0.0.1', true), expected)
    assert.equal(neighbour(headers, '10.0.0.1', false), '10.0.0.1')
  })

test('an address of six counts by its network, whoever it is read from', () => {
  assert.equal(neighbour({}, 'fe80::1:2:3:4%eth0', false), 'fe80:0:0:0::/64')
  assert.equal(neighbour({}, '::ffff:10.0.0.1', false), '10.0.0.1')
})
