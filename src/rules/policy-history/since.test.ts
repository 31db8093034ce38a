import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refused } from '../../model/refused.ts'
import { parseSince } from './since.ts'

const now = new Date('2026-11-23T12:00:00Z')

describe('the beginning of a period', () => {
  for (const [text, time] of [
    ['2026-11-20', '2026-11-20T00:00:00Z'],
    ['2026-11-20T20:58', '2026-11-20T20:58:00Z'],
    ['2026-11-20T20:58:35', '2026-11-20T20:58:35Z'],
    ['2026-11-20 20:58:35', '2026-11-20T20:58:35Z'],
    ['2026-11-20T20:58:35Z', '2026-11-20T20:58:35Z'],
    ['90m', '2026-11-23T10:30:00Z'],
    ['24h', '2026-11-22T12:00:00Z'],
    ['7d', '2026-11-16T12:00:00Z'],
  ] as const)
    test(`'${text}' is ${time}`, () => deepEqual(parseSince(text, now), new Date(time)))

  for (const text of ['', 'yesterday', '7w', '-1d', '2026-13-01', '2026-11-23T25:00', '0000-01-01', '999999d', '7d '])
    test(`'${text}' is refused`, () => {
      const refused = parseSince(text, now)
      ok(refused instanceof Refused)
      equal(refused.code, 'since_unusable')
      ok(refused.message.includes(`'${text}'`))
    })
})
