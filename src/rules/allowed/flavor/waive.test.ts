import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { metadataRow } from '../../../../test/fixtures/metadata-row.ts'
import { reasonOf } from '../../../../test/fixtures/reason.ts'
import { waiverWith } from '../../../../test/fixtures/waiver.ts'
import { type Level, levels } from '../../../model/level.ts'
import { levelInForce, type Reason, toldReasons, waivedTogether } from '../../../model/verdict.ts'
import type { Waiver } from '../../../model/waiver.ts'
import { decide } from './decide.ts'
import { enforcementKey, flavorKey, readFlavorPolicy, requirementKey, restrictionKey } from './policy-rows.ts'
import { coversSubject, coversVersion, isInForce, waive } from './waive.ts'

const at = (text: string) => new Date(`2026-11-${text}Z`)
const tooSmall = reasonOf({ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' })
const notListed = reasonOf({ code: 'not_associated' })
const unknown = reasonOf({ code: 'flavor_unknown' })
const unreadable = reasonOf({ code: 'requirement_unreadable', requirement: 'cores > 2' })
const unsized = reasonOf({ code: 'size_unknown', requirement: 'ram>=2048' })

describe('a waiver is in force', () => {
  const rows: [when: string, Partial<Waiver>, Date, boolean][] = [
    ['up to the second in which it ends', {}, at('23T23:59:59.999'), true],
    ['not in the second after that', {}, at('24T00:00:00'), false],
    ['not after it was ended', { ended: at('23T10:00:00') }, at('23T10:00:00'), false],
  ]
  for (const [when, facts, now, expected] of rows)
    test(when, () => assert.equal(isInForce(waiverWith(facts), now), expected))
})

describe('a waiver covers', () => {
  const now = at('23T12:00:00')
  const rows: [whom: string, Partial<Waiver>, projectId: string, instanceId: string | undefined, boolean][] = [
    ['a new instance of its project', {}, 'p', undefined, true],
    ['every instance of its project', {}, 'p', 'i', true],
    ['no other project', {}, 'P', undefined, false],
    ['its instance', { instanceId: 'i' }, 'p', 'i', true],
    ['no other instance than its own', { instanceId: 'i' }, 'p', 'j', false],
    ['no new instance, if it is for an instance', { instanceId: 'i' }, 'p', undefined, false],
    ['nobody after its end', { until: at('23T11:59:59') }, 'p', undefined, false],
  ]
  for (const [whom, facts, projectId, instanceId, expected] of rows)
    test(whom, () => assert.equal(coversSubject(waiverWith(facts), { projectId, instanceId, at: now }), expected))

  const version = { id: 'v', datastoreId: 'a-datastore' }
  test('every version of its datastore, or one', () => {
    assert.equal(coversVersion(waiverWith(), version), true)
    assert.equal(coversVersion(waiverWith(), { ...version, datastoreId: 'other' }), false)
    assert.equal(coversVersion(waiverWith({ versionId: 'v' }), version), true)
    assert.equal(coversVersion(waiverWith({ versionId: 'w' }), version), false)
  })
})

describe('what is waived', () => {
  const rows: [what: string, only: readonly string[], waived: readonly Reason[]][] = [
    ['every reason, except that the flavor is unknown', [], [notListed, tooSmall, unsized, unreadable]],
    ['the list', ['not_associated'], [notListed]],
    ['a code', ['requirement_not_met'], [tooSmall]],
    ['a requirement, whatever the reason', ['ram>=2048'], [tooSmall, unsized]],
    ['a requirement in exactly its stored words', ['ram>=2047', 'RAM>=2048'], []],
    ['an invalid requirement by its code', ['requirement_unreadable'], [unreadable]],
    ['never that the flavor is unknown', ['flavor_unknown'], []],
    ['nothing, if what is stored is empty', [''], []],
  ]
  const all = [notListed, unknown, tooSmall, unsized, unreadable]
  for (const [what, only, waived] of rows)
    test(what, () => {
      const marked = waive(all, [waiverWith({ only })])
      assert.deepEqual(
        all.filter((_, index) => marked[index]!.waived),
        waived,
      )
    })
})

test('a reason has the end of the longest waiver that covers it, and all reasons together the first end', () => {
  const [short, long] = [at('24T00:00:00'), at('30T00:00:00')]
  const reasons = waive(
    [notListed, tooSmall],
    [
      waiverWith({ id: 'b', until: long, only: ['ram>=2048'] }),
      waiverWith({ id: 'a', until: short, only: [] }),
      waiverWith({ id: 'c', until: long, only: ['vcpus>=2'] }),
    ],
  )
  assert.deepEqual(
    reasons.map(({ waived }) => waived),
    [
      { until: short, by: ['a'] },
      { until: long, by: ['a', 'b'] },
    ],
  )
  assert.deepEqual(waivedTogether(reasons), { until: short, by: ['a', 'b'] })
  assert.equal(waivedTogether([...reasons, notListed]), undefined)
  assert.equal(waivedTogether([]), undefined)
})

test('a waived refusal is told like a warning, and what is audited is not told', () => {
  const until = at('30T00:00:00')
  const waived = (level: Level): Reason => ({ ...tooSmall, level, waived: { until, by: ['a'] } })
  assert.deepEqual(levels.map(waived).map(levelInForce), ['warn', 'warn', 'audit'])
  const warned: Reason = { ...notListed, level: 'warn' }
  assert.deepEqual(toldReasons({ reasons: [waived('refuse'), warned] }), [waived('refuse'), warned])
  assert.deepEqual(toldReasons({ reasons: [waived('refuse'), notListed] }), [notListed])
  assert.deepEqual(toldReasons({ reasons: [waived('audit')] }), [])
})

// Random policies, waivers and times.

const flavor = flavorWith({ id: '1', vcpus: 1, ramMb: 512, diskGb: 1 })
const requirements = ['ram>=2048', 'vcpus>=2', 'disk>=1', 'cores > 2']
const somePolicy = fc
  .record({
    listed: fc.boolean(),
    associated: fc.subarray(['1', '2']),
    requirements: fc.subarray(requirements),
    level: fc.constantFrom(...levels),
  })
  .map(({ listed, associated, requirements, level }) => [
    ...(listed ? [metadataRow(restrictionKey, 'listed')] : []),
    ...associated.map(id => metadataRow(flavorKey, id)),
    ...requirements.map(text => metadataRow(requirementKey, text)),
    ...(level === 'refuse' ? [] : [metadataRow(enforcementKey, level)]),
  ])
const instants = fc.integer({ min: 0, max: 40 }).map(half => new Date(at('23T00:00:00').getTime() + half * 500))
const aWaiver = fc
  .record({
    projectId: fc.constantFrom('p', 'q'),
    instanceId: fc.constantFrom(null, 'i', 'j'),
    only: fc.subarray(['not_associated', 'requirement_not_met', 'flavor_unknown', ...requirements]),
    until: instants,
    ended: fc.option(instants, { freq: 5 }),
  })
  .map(facts => waiverWith(facts))
const subject = fc.record({
  projectId: fc.constantFrom('p', 'q'),
  instanceId: fc.constantFrom(undefined, 'i'),
  at: instants,
})
const kinds = fc.constantFrom(flavor, 'unknown' as const, 'deleted' as const)

type Case = [
  Parameters<typeof readFlavorPolicy>[0],
  readonly Waiver[],
  Parameters<typeof coversSubject>[1],
  typeof flavor | 'unknown' | 'deleted',
]
const judge = ([rows, waivers, subject, flavor]: Case) =>
  decide(
    { id: '1', flavor },
    readFlavorPolicy(
      rows,
      waivers.filter(waiver => coversSubject(waiver, subject)),
    ),
  )
const holds = (check: (one: Case, waiver: Waiver, earlier: Date) => void) =>
  fc.assert(
    fc.property(somePolicy, fc.array(aWaiver, { maxLength: 4 }), subject, kinds, aWaiver, instants, (...given) => {
      const [rows, waivers, subject, kind, waiver, earlier] = given
      check([rows, waivers, subject, kind], waiver, earlier)
    }),
    { numRuns: 2000 },
  )

test('a waiver never refuses more, and never changes which reasons there are', () =>
  holds(([rows, waivers, subject, kind], waiver) => {
    const without = judge([rows, waivers, subject, kind])
    const withIt = judge([rows, [...waivers, waiver], subject, kind])
    if (without.allowed) assert.ok(withIt.allowed)
    const bare = ({ waived: _, ...reason }: Reason) => reason
    assert.deepEqual(withIt.reasons.map(bare), without.reasons.map(bare))
  }))

test('ending or shortening a waiver never admits more', () =>
  holds(([rows, waivers, subject, kind], waiver, earlier) => {
    const before = judge([rows, [...waivers, waiver], subject, kind])
    const shortened = { ...waiver, until: earlier < waiver.until ? earlier : waiver.until }
    for (const after of [shortened, { ...waiver, ended: earlier }])
      if (judge([rows, [...waivers, after], subject, kind]).allowed) assert.ok(before.allowed)
  }))

test('an expired waiver, and one that was ended, is as if it had never been', () =>
  holds(([rows, waivers, subject, kind], waiver) => {
    const second = Math.floor(subject.at.getTime() / 1000) * 1000
    for (const over of [
      { ...waiver, until: new Date(second - 1000) },
      { ...waiver, ended: subject.at },
    ])
      assert.deepEqual(judge([rows, [...waivers, over], subject, kind]), judge([rows, waivers, subject, kind]))
  }))

test('an unknown flavor that is not on the list is refused, whatever is waived', () =>
  holds(([rows, waivers, subject], waiver) => {
    const policy = readFlavorPolicy(rows)
    if (policy.lists.length === 0 || policy.associated.has('1') || policy.own.listLevel !== 'refuse') return
    assert.equal(judge([rows, [...waivers, { ...waiver, only: [] }], subject, 'unknown']).allowed, false)
  }))
