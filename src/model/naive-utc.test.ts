import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fromNaiveUtc, naiveUtc } from './naive-utc.ts'

/** Times at which the clock of some time zone changes, and one at which none does. */
const instants: [written: string, instant: number][] = [
  ['1970-01-01T00:00:00', 0],
  ['2019-12-23T20:58:35', Date.UTC(2019, 11, 23, 20, 58, 35)],
  ['2024-02-29T23:59:59', Date.UTC(2024, 1, 29, 23, 59, 59)],
  ['2024-03-10T02:30:00', Date.UTC(2024, 2, 10, 2, 30)],
  ['2024-03-31T02:30:00', Date.UTC(2024, 2, 31, 2, 30)],
  ['2024-11-03T01:30:00', Date.UTC(2024, 10, 3, 1, 30)],
]

describe('a datetime is printed in UTC, with whole seconds', () => {
  for (const [written, instant] of instants) test(written, () => assert.equal(naiveUtc(new Date(instant)), written))
  test('a fraction of a second is not rounded up', () =>
    assert.equal(naiveUtc(new Date(Date.UTC(2019, 11, 23, 20, 58, 35, 999))), '2019-12-23T20:58:35'))
})

describe('a datetime is parsed as UTC', () => {
  const rows: [text: string, instant: number][] = [
    ...instants,
    ['2019-12-23 20:58:35', Date.UTC(2019, 11, 23, 20, 58, 35)],
    ['2019-12-23T20:58:35Z', Date.UTC(2019, 11, 23, 20, 58, 35)],
    ['2019-12-23 20:58:35.250000', Date.UTC(2019, 11, 23, 20, 58, 35, 250)],
    ['2019-12-23T20:58:35.25Z', Date.UTC(2019, 11, 23, 20, 58, 35, 250)],
  ]
  for (const [text, instant] of rows) test(text, () => assert.equal(fromNaiveUtc(text).getTime(), instant))
})

describe('no time zone shifts a datetime', () => {
  const program = `
    import { fromNaiveUtc, naiveUtc } from '${new URL('./naive-utc.ts', import.meta.url).href}'
    const instants = ${JSON.stringify(instants)}
    console.log(JSON.stringify({
      hours: new Date(0).getHours(),
      instants: instants.map(([written, instant]) => [naiveUtc(new Date(instant)), fromNaiveUtc(written).getTime()]),
    }))`
  const zones: [zone: string, hourOfTheEpoch: number][] = [
    ['UTC', 0],
    ['America/New_York', 19],
    ['Europe/Berlin', 1],
    ['Asia/Kathmandu', 5],
    ['Pacific/Auckland', 12],
  ]
  for (const [zone, hourOfTheEpoch] of zones)
    test(zone, () => {
      const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env: { TZ: zone } })
      assert.deepEqual(JSON.parse(printed.toString()), { hours: hourOfTheEpoch, instants })
    })
})
