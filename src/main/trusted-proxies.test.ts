import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { trustedProxies } from './trusted-proxies.ts'

const trusted = (entries: string | undefined, isEnabled = true) =>
  trustedProxies(
    loadConfig(
      { places: [] },
      {
        OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING: String(isEnabled),
        ...(entries === undefined ? {} : { OS_TROVETS__TRUSTED_PROXIES: entries }),
      },
    ),
  )

const table: readonly (readonly [entries: string | undefined, peer: string, isTrusted: boolean])[] = [
  [undefined, '203.0.113.9', true],
  [undefined, '2001:db8::1', true],
  // The address of a connection that is closed already.
  [undefined, '', true],
  ['*', '203.0.113.9', true],
  ['192.0.2.7, *', '203.0.113.9', true],
  ['', '192.0.2.7', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.70', false],
  ['192.0.2.7', '::ffff:192.0.2.7', true],
  ['192.0.2.7', '', false],
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.9/24', '192.0.2.1', true],
  ['192.0.2.0/24', '::ffff:192.0.2.1', true],
  ['192.0.2.0/24', '::192.0.2.1', false],
  ['192.0.2.7/32', '192.0.2.7', true],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:DB8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::/32', '192.0.2.7', false],
  ['::1', '::1', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['192.0.2.7,2001:db8::/32', '2001:db8::1', true],
]

describe('the headers of a peer are trusted if trusted_proxies contains it', () => {
  for (const [entries, peer, isTrusted] of table)
    test(`${entries ?? 'the default'}: ${peer || 'an unknown address'} is ${isTrusted ? '' : 'not '}trusted`, () =>
      assert.equal(trusted(entries)(peer), isTrusted))

  test('without enable_proxy_headers_parsing, no peer is', () => {
    for (const [entries, peer] of table) assert.equal(trusted(entries, false)(peer), false)
  })
})

describe('an entry that is neither an address nor a network is refused', () => {
  for (const entry of [
    'proxy.example',
    '192.0.2',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '192.0.2.0/1e1',
    '192.0.2.0/24/8',
    '192.0.2.0/255.255.255.0',
    '2001:db8::/129',
    '[::1]',
    '127.0.0.1:8779',
    '/8',
    '10.0.0.0 10.0.0.1',
    '**',
  ])
    for (const isEnabled of [true, false])
      test(`${entry}, ${isEnabled ? 'with' : 'without'} enable_proxy_headers_parsing`, () =>
        assert.throws(
          () => trusted(`192.0.2.7, ${entry}`, isEnabled),
          ({ message }: Error) =>
            message.startsWith(`the environment: [trovets] trusted_proxies: '${entry}' is not valid. `),
        ))
})
