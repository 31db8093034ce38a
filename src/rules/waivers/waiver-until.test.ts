import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Refused } from '../../model/refused.ts'
import { futureTime, printTime, readTime, tooLong, waiverUntil } from './waiver-until.ts'

const now = new Date('2026-11-23T12:34:56.789Z')
const shown = (read: Date | Refused | undefined) =>
  read instanceof Refused ? read.code : read?.toISOString().replace('.000Z', 'Z')

describe('the end of a waiver is read as', () => {
  const rows: [what: string, typed: string, read: string][] = [
    ['the last second of a day', '2026-12-31', '2026-12-31T23:59:59Z'],
    ['the last second of today', '2026-11-23', '2026-11-23T23:59:59Z'],
    ['a time in UTC', '2026-12-31T18:00', '2026-12-31T18:00:00Z'],
    ['a time in UTC, with seconds and Z', '2026-12-31T18:00:07Z', '2026-12-31T18:00:07Z'],
    ['a time with a blank', ' 2026-12-31 18:00 ', '2026-12-31T18:00:00Z'],
    ['a number of days, in whole seconds', '14d', '2026-12-07T12:34:56Z'],
    ['a leap day', '2028-02-29', '2028-02-29T23:59:59Z'],
    ['nothing, if the month has no such day', '2026-11-31', 'waiver_time_invalid'],
    ['nothing, with a time zone', '2026-12-31T18:00+01:00', 'waiver_time_invalid'],
    ['nothing, if it is no time', '2026-12-31T24:00', 'waiver_time_invalid'],
    ['nothing, with seconds but without a time', '2026-12-31:07', 'waiver_time_invalid'],
    ['a number of weeks', '2w', '2026-12-07T12:34:56Z'],
    ['a number of hours', '12h', '2026-11-24T00:34:56Z'],
    ['nothing, in other units', '2m', 'waiver_time_invalid'],
    ['nothing, if it is empty', '', 'waiver_time_invalid'],
    ['a time that is past', '2026-11-23T12:34:56', 'waiver_time_past'],
    ['a day that is past', '2026-11-22', 'waiver_time_past'],
    ['no time at all', '0d', 'waiver_time_past'],
  ]
  for (const [what, typed, read] of rows) test(what, () => assert.equal(shown(futureTime(typed, now)), read))
})

test('the limit includes the whole last day', () => {
  const at = (text: string) => shown(waiverUntil(text, now, 90))
  assert.equal(at('90d'), '2027-02-21T12:34:56Z')
  assert.equal(at('2027-02-21'), '2027-02-21T23:59:59Z')
  assert.equal(at('2027-02-22T00:00'), 'waiver_too_long')
  assert.equal(at('91d'), 'waiver_too_long')
  assert.equal(
    tooLong(new Date('2027-03-01T00:00:00Z'), now, 90)?.message,
    'A waiver can last 90 days at most: until 2027-02-21T23:59:59Z, not until 2027-03-01T00:00:00Z.',
  )
  assert.equal(
    tooLong(new Date('2027-03-01T00:00:00Z'), now, 1)?.message,
    'A waiver can last 1 day at most: until 2026-11-24T23:59:59Z, not until 2027-03-01T00:00:00Z.',
  )
})

test('a printed time is read as the same time', () => {
  assert.equal(printTime(new Date('2026-12-31T23:59:59Z')), '2026-12-31')
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }), date => {
      const seconds = new Date(Math.floor(date.getTime() / 1000) * 1000)
      assert.deepEqual(readTime(printTime(seconds)), seconds)
    }),
  )
})
