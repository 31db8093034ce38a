import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryDelayMs } from './retry.ts'

test('the first retry is immediate, then each delay is twice the one before, up to a minute', () =>
  assert.deepEqual([0, 1, 2, 3, 4, 7, 8, 100].map(retryDelayMs), [0, 0, 1000, 2000, 4000, 32_000, 60_000, 60_000]))
