import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenOf } from './keystone.ts'

const token = (expiresAt: string) =>
  tokenOf({ status: 200, headers: {}, body: { token: { user: { id: 'u' }, expires_at: expiresAt } } })

test('Keystone’s datetimes are UTC, even without a time zone', () => {
  const expected = '2026-11-24T12:00:00.000Z'
  // Keystone omits the zone when an application credential expires before its token would.
  for (const text of [
    '2026-11-24T12:00:00.000000Z',
    '2026-11-24T12:00:00',
    '2026-11-24T12:00:00.000000',
    '2026-11-24T14:00:00+02:00',
  ])
    assert.equal(token(text).expiresAt.toISOString(), expected, text)
})

test('an invalid datetime is an error, and not a token that never expires', () => {
  for (const text of ['', 'tomorrow']) assert.throws(() => token(text), /the token has an invalid expires_at/)
})
