import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cachingSha2Hash, nativePasswordHash, passwordHash, sha256Crypt } from './password-hash.ts'

test('the older hash equals that of MySQL’s PASSWORD()', () => {
  assert.equal(nativePasswordHash('password'), '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19')
  assert.equal(nativePasswordHash('mypass'), '*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4')
})

/** From `openssl passwd -5 -salt …`. */
const digests: readonly [password: string, salt: string, digest: string][] = [
  ['Hello world!', 'abcdefgh', 'QohcF7QwIaa385DT5GzqHwNlO583.hkCNgp9Vkr/uNC'],
  ['Hello world!', 'saltstring', '5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [
    'a längerer satz, with more than thirty-two bytes in it',
    '0123456789abcdef',
    'OQSdFMbFVd.OOjDC7uIeXFOttDAM3fMv0YSZRwIv8KB',
  ],
]
describe('the digest of SHA-256 crypt', () => {
  for (const [password, salt, digest] of digests)
    test(`${password}, ${salt}`, () => assert.equal(sha256Crypt(password, salt), digest))
})

test('the newer hash contains the number of rounds and the salt', () =>
  assert.equal(
    cachingSha2Hash('Hello world!', 'abcdefgh'),
    '$A$005$abcdefghQohcF7QwIaa385DT5GzqHwNlO583.hkCNgp9Vkr/uNC',
  ))

const plugins: readonly [version: string, plugin: string][] = [
  ['10.11.19-MariaDB-0+deb12u1', 'mysql_native_password'],
  ['11.4.2-MariaDB', 'mysql_native_password'],
  ['5.7.29', 'mysql_native_password'],
  ['8.0.39-0ubuntu0.22.04.1', 'caching_sha2_password'],
  ['8.4.0', 'caching_sha2_password'],
]
for (const [version, plugin] of plugins)
  test(`${version} gets a hash for ${plugin}`, () => assert.equal(passwordHash(version, 'x').plugin, plugin))

test('each newer hash has a new salt', () => {
  const [one, other] = [passwordHash('8.0.36', 'x').hash, passwordHash('8.0.36', 'x').hash]
  assert.notEqual(one, other)
  assert.match(one, /^\$A\$005\$[./0-9A-Za-z]{63}$/)
})
