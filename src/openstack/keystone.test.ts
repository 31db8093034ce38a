import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenOf } from './keystone.ts'

const token = (expiresAt: string) =>
  tokenOf({ status: 200, headers: {}, body: { token: { user: { id: 'u' }, expires_at: expiresAt } } })

test('a datetime of Keystone’s is UTC, also where it does not say so', () => {
  const expected = '2026-11-24T12:00:00.000Z'
  // Without a zone in the answer to a login with an application credential that ends before the token would.
  for (const text of [
    '2026-11-24T12:00:00.000000Z',
    '2026-11-24T12:00:00',
    '2026-11-24T12:00:00.000000',
    '2026-11-24T14:00:00+02:00',
  ])
    assert.equal(token(text).expiresAt.toISOString(), expected, text)
})

test('what is none is an error, and not a token that never ends', () => {
  for (const text of ['', 'tomorrow']) assert.throws(() => token(text), /the token expires at/)
})
