import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { isHeldEqual } from './plan-association.ts'
import { addedBy, isEmptyPlan, planExactRows, type RowsPlan, rowsAfter } from './plan-exact-rows.ts'

const row = (id: string, value: string, deleted: boolean) => metadataRow('flavor', value, { id, deleted })
const live = (value: string, id = value) => row(id, value, false)
const dead = (value: string, id = value) => row(id, value, true)

const plan = (rows: readonly VersionMetadata[], requestedValues: readonly string[]) =>
  planExactRows('flavor', rows, requestedValues)
const nothing = { key: 'flavor', end: [], revive: [], insert: [] }

describe('exactly these values', () => {
  const table: [
    guarantee: string,
    rows: VersionMetadata[],
    requestedValues: string[],
    plan: ReturnType<typeof plan>,
  ][] = [
    ['existing values stay', [live('1'), live('2')], ['2', '1'], nothing],
    ['other values are deleted', [live('1'), live('2')], ['1'], { ...nothing, end: [live('2')] }],
    ['missing values are inserted', [live('1')], ['1', '2'], { ...nothing, insert: ['2'] }],
    ['deleted values are revived', [dead('1')], ['1'], { ...nothing, revive: [{ row: dead('1'), value: '1' }] }],
    ['other deleted rows stay deleted', [dead('1')], [], nothing],
    [
      'another spelling of a deleted value reuses its row',
      [live('M1.Large')],
      ['m1.large'],
      {
        ...nothing,
        end: [live('M1.Large')],
        revive: [{ row: { ...live('M1.Large'), deleted: true }, value: 'm1.large' }],
      },
    ],
    [
      'two stored spellings of a value, which some engines allow, are left alone',
      [live('a'), live('A')],
      ['A', 'a'],
      nothing,
    ],
    ['a new spelling in addition to the old one is refused', [live('a')], ['a', 'A'], { duplicate: 'A', stored: 'a' }],
    ['two new spellings are refused', [], ['á', 'a'], { duplicate: 'a', stored: 'á' }],
  ]
  for (const [guarantee, rows, requestedValues, expected] of table)
    test(guarantee, () => assert.deepEqual(plan(rows, requestedValues), expected))
})

const value = fc.constantFrom('1', '2', '3', 'a', 'A', 'á', 'b ', 'b', 'ß', 's')

/** Rows as an engine allows them: each text once, or each folded text once. */
const rowsUnder = (isSame: (a: string, b: string) => boolean) =>
  fc
    .uniqueArray(fc.record({ value, deleted: fc.boolean() }), { comparator: (a, b) => isSame(a.value, b.value) })
    .map(all => all.map(({ value, deleted }) => row(value, value, deleted)))

/** Carries out a plan, statement by statement. Fails if the UNIQUE key would be violated. */
function write(
  rows: readonly VersionMetadata[],
  plan: RowsPlan,
  isSame: (a: string, b: string) => boolean,
): VersionMetadata[] {
  let now = rows.map(each => ({ ...each }))
  const hold = () => {
    for (const [index, each] of now.entries())
      assert.ok(!now.slice(0, index).some(other => isSame(other.value, each.value)), JSON.stringify(now))
  }
  for (const { id } of plan.end) now = now.map(each => (each.id === id ? { ...each, deleted: true } : each))
  for (const { row, value } of plan.revive) {
    now = now.map(each => (each.id === row.id ? { ...each, value, deleted: false } : each))
    hold()
  }
  for (const value of plan.insert) {
    now.push(live(value))
    hold()
  }
  return now
}

const liveValues = (rows: readonly { value: string; deleted: boolean }[]) =>
  rows
    .filter(({ deleted }) => !deleted)
    .map(({ value }) => value)
    .sort()

for (const [engine, isSame] of [
  ['an engine that folds texts like MySQL', isHeldEqual],
  ['an engine that does not fold texts', (a: string, b: string) => a === b],
] as const)
  test(`a plan leaves exactly the values, never violates a UNIQUE key, and is empty if planned again: ${engine}`, () => {
    fc.assert(
      fc.property(rowsUnder(isSame), fc.uniqueArray(value), (rows, requestedValues) => {
        const planned = plan(rows, requestedValues)
        fc.pre(!('duplicate' in planned))
        const after = write(rows, planned, isSame)
        assert.deepEqual(liveValues(after), requestedValues.toSorted())
        assert.deepEqual(liveValues(rowsAfter(rows, [planned])), requestedValues.toSorted())
        assert.ok(isEmptyPlan(plan(after, requestedValues) as RowsPlan))
        const added = new Set(addedBy(planned))
        assert.ok(
          requestedValues.every(each => added.has(each) || rows.some(row => !row.deleted && row.value === each)),
        )
      }),
    )
  })

test('values that MySQL can store together are never refused', () => {
  const requestedValues = fc.uniqueArray(value, { comparator: isHeldEqual })
  fc.assert(
    fc.property(
      rowsUnder(isHeldEqual),
      requestedValues,
      (rows, requestedValues) => !('duplicate' in plan(rows, requestedValues)),
    ),
  )
})
