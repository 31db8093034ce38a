import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { waiverWith } from '../../../test/fixtures/waiver.ts'
import type { StatedWaiver } from '../../model/datastore-catalogue.ts'
import type { Waiver } from '../../model/waiver.ts'
import { planWaivers } from './plan-waivers.ts'

const now = new Date('2026-11-23T12:00:00Z')
const facts = { now, daysMax: 90, projectOf: new Map([['i', 'p']]) }
const end = (text: string) => new Date(`${text}T23:59:59Z`)
const stored = (facts: Partial<Waiver> = {}) => waiverWith({ until: end('2026-12-31'), ...facts })
const stated = (facts: Partial<StatedWaiver> = {}): StatedWaiver => ({
  ...{ line: 7, projectId: 'p', instanceId: undefined, only: [], until: '2026-12-31', reason: 'migration' },
  ...facts,
})

/** The changes in short: what is added, shortened and ended, by their ends. */
function changes(entries: readonly StatedWaiver[] | undefined, waivers: readonly Waiver[]) {
  const { plan, expired, problems } = planWaivers(entries, waivers, facts)
  const date = (until: Date) => until.toISOString().slice(0, 10)
  return [
    ...plan.end.map(({ until }) => `- ${date(until)}`),
    ...plan.shorten.map(({ waiver, until }) => `~ ${date(waiver.until)} ${date(until)}`),
    ...plan.add.map(({ until }) => `+ ${date(until)}`),
    ...(expired > 0 ? [`${expired} expired`] : []),
    ...problems.map(({ line, problem }) => `line ${line}: ${'message' in problem ? problem.message : problem.code}`),
  ]
}

describe('a list of waivers in a file', () => {
  const rows: [what: string, StatedWaiver[] | undefined, Waiver[], string[]][] = [
    ['that is left out changes nothing', undefined, [stored()], []],
    ['that says what is stored changes nothing', [stated()], [stored()], []],
    [
      'says the same in another spelling',
      [stated({ only: ['ram >= 2GiB'], until: '2026-12-31 23:59:59' })],
      [stored({ only: ['ram>=2048'] })],
      [],
    ],
    ['ends what it leaves out', [], [stored()], ['- 2026-12-31']],
    ['adds what is not stored', [stated()], [], ['+ 2026-12-31']],
    ['shortens', [stated({ until: '2026-12-01' })], [stored()], ['~ 2026-12-31 2026-12-01']],
    [
      'adds a new one to extend another',
      [stated({ until: '2027-01-31' })],
      [stored()],
      ['- 2026-12-31', '+ 2027-01-31'],
    ],
    ['adds a new one with another reason', [stated({ reason: 'other' })], [stored()], ['- 2026-12-31', '+ 2026-12-31']],
    ['adds a new one for another project', [stated({ projectId: 'P' })], [stored()], ['- 2026-12-31', '+ 2026-12-31']],
    ['adds a new one for an instance', [stated({ instanceId: 'i' })], [stored()], ['- 2026-12-31', '+ 2026-12-31']],
    [
      'adds a new one for other reasons',
      [stated({ only: ['not_associated'] })],
      [stored()],
      ['- 2026-12-31', '+ 2026-12-31'],
    ],
    [
      'finds the one that it says before it shortens another',
      [stated({ until: '2026-12-01' }), stated()],
      [stored(), stored({ until: end('2026-12-24') })],
      ['~ 2026-12-24 2026-12-01'],
    ],
    ['ignores what has expired', [stated({ until: '2026-11-22' })], [], ['1 expired']],
    ['does not limit what is stored', [stated({ until: '2028-01-01' })], [stored({ until: end('2028-01-01') })], []],
    [
      'cannot add one that is too long',
      [stated({ until: '2028-01-01' })],
      [],
      [
        '+ 2028-01-01',
        'line 7: A waiver can last 90 days at most: until 2027-02-21T23:59:59Z, not until 2028-01-01T23:59:59Z.',
      ],
    ],
    [
      'cannot name a day that does not exist',
      [stated({ until: '2026-11-31' })],
      [],
      [
        "line 7: Invalid time '2026-11-31'. Specify a date, such as 2026-12-31, which ends with that day in UTC, or a time in UTC, such as 2026-12-31T18:00.",
      ],
    ],
    [
      'cannot name an unknown reason',
      [stated({ only: ['flavor_unknown'] })],
      [],
      ['line 7: The reason flavor_unknown cannot be waived: the flavor does not exist.'],
    ],
    [
      'cannot name an instance of another project',
      [stated({ instanceId: 'j' })],
      [],
      ['+ 2026-12-31', 'line 7: Instance j does not belong to project p.'],
    ],
    [
      'cannot have a blank reason',
      [stated({ reason: ' ' })],
      [],
      ['+ 2026-12-31', 'line 7: Invalid reason: it is empty.'],
    ],
    [
      'cannot have a project that cannot be stored',
      [stated({ projectId: 'p'.repeat(37) })],
      [],
      ['+ 2026-12-31', 'line 7: Invalid project id: it is longer than 36 characters.'],
    ],
  ]
  for (const [what, entries, waivers, expected] of rows)
    test(what, () => assert.deepEqual(changes(entries, waivers), expected))
})
