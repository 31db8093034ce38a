import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bypassHeader } from './bypass-header.ts'

describe('the name of the bypass header', () => {
  for (const name of [undefined, 'X-Bypass-Reason', 'Trove-Bypass', 'x-host', 'team', 'X-Authorized-By'])
    test(`${name} is usable`, () => assert.equal(bypassHeader(name, 'trove.conf'), name))
  // The gate would keep the token from Trove, and write it into the log as a reason.
  for (const name of [
    'X-Auth-Token',
    'host',
    'Content-Type',
    'X-Forwarded-For',
    'User-Agent',
    'X_Bypass',
    'a b',
    'ä',
    '',
  ])
    test(`'${name}' is refused`, () =>
      assert.throws(
        () => bypassHeader(name, 'trove.conf'),
        /^Fault: trove\.conf: \[trovets\] bypass_header: '.*' is not/,
      ))
})
