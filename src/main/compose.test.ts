import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

test('ids are version 7 UUIDs in ascending order, even many within one millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => systemClock.newId())
  assert.ok(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)))
  assert.deepEqual(ids, [...new Set(ids)].sort())
})

test('ids keep rising when the system clock is set back', t => {
  const before = systemClock.newId()
  t.mock.method(Date, 'now', () => 1_000_000)
  assert.ok(systemClock.newId() > before)
})
