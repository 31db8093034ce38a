import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { parseList, planAssociation } from './plan-association.ts'

const row = (id: string, value: string, deleted: boolean) => metadataRow('flavor', value, { id, deleted })
const live = (value: string, id = value) => row(id, value, false)
const dead = (value: string, id = value) => row(id, value, true)

describe('a plan', () => {
  const rows: [
    guarantee: string,
    rows: VersionMetadata[],
    requestedValues: string[],
    plan: ReturnType<typeof planAssociation>,
  ][] = [
    ['inserts missing values', [], ['1', '2'], { insert: ['1', '2'], revive: [] }],
    ['inserts in addition to existing values', [live('1')], ['2'], { insert: ['2'], revive: [] }],
    ['does nothing for an empty list', [live('1'), dead('2')], [], { insert: [], revive: [] }],
    ['revives a deleted row', [dead('1'), dead('9')], ['1'], { insert: [], revive: [{ row: dead('1'), value: '1' }] }],
    [
      'inserts and revives together',
      [dead('2')],
      ['1', '2', '3'],
      { insert: ['1', '3'], revive: [{ row: dead('2'), value: '2' }] },
    ],
    ['refuses an existing value', [live('1')], ['1'], { duplicate: '1', stored: '1' }],
    ['refuses the whole list for one duplicate', [live('2')], ['1', '2', '3'], { duplicate: '2', stored: '2' }],
    ['reports the first duplicate', [live('2'), live('3')], ['1', '3', '2'], { duplicate: '3', stored: '3' }],
    ['reports the stored spelling', [live('M1.Large')], ['m1.large'], { duplicate: 'm1.large', stored: 'M1.Large' }],
    ['refuses one id in two spellings in a list', [], ['a', 'b', 'A'], { duplicate: 'A', stored: 'a' }],
    [
      'refuses the second spelling even if the first one revives a deleted row',
      [dead('á')],
      ['a', 'A'],
      { duplicate: 'A', stored: 'a' },
    ],
    [
      'revives a deleted row with another spelling, in the new spelling',
      [dead('A ')],
      ['á'],
      { insert: [], revive: [{ row: dead('A '), value: 'á' }] },
    ],
  ]
  for (const [guarantee, stored, requestedValues, plan] of rows)
    test(guarantee, () => assert.deepEqual(planAssociation(stored, requestedValues), plan))

  // PostgreSQL does not fold texts, so a Trove may have written rows there that fold to the same text.
  const bothWays = (a: VersionMetadata, b: VersionMetadata) => [
    [a, b],
    [b, a],
  ]
  test('a live row takes precedence over a deleted one, in any order', () => {
    for (const rows of bothWays(live('1', 'x'), dead('1', 'y')))
      assert.deepEqual(planAssociation(rows, ['1']), { duplicate: '1', stored: '1' })
    for (const rows of bothWays(live('a'), dead('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { duplicate: 'A', stored: 'a' })
  })
  test('the deleted row with exactly this value is revived, because another one would violate the UNIQUE key', () => {
    for (const rows of bothWays(dead('a'), dead('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { insert: [], revive: [{ row: dead('A'), value: 'A' }] })
  })
  test('the live row with exactly this value is reported', () => {
    for (const rows of bothWays(live('a'), live('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { duplicate: 'A', stored: 'A' })
  })
})

describe("equal in MySQL's utf8mb3_general_ci, so refused by every engine", () => {
  const rows: [stored: string, requestedValue: string, because: string][] = [
    ['m1.large', 'M1.LARGE', 'case'],
    ['é', 'e', 'accents'],
    ['Å', 'a', 'case and accents'],
    ['ệ', 'E', 'two accents on one letter'],
    ['ñandú', 'NANDU', 'accents inside a word'],
    ['m1', 'm1 ', 'a trailing space'],
    ['m1   ', 'm1', 'trailing spaces'],
    ['ß', 's', 'the sharp s equals one s'],
    ['ſ', 'S', 'the long s'],
    ['ς', 'Σ', 'the final sigma'],
    ['ϲ', 'σ', 'the lunate sigma'],
    ['\u0345', 'ι', 'the iota subscript'],
    ['ᾳ', 'Α', 'a letter with an iota subscript'],
    ['µ', 'Μ', 'the micro sign equals mu'],
    ['ё', 'Е', 'Cyrillic'],
    ['ı', 'I', 'the dotless i'],
    ['İ', 'i', 'the dotted I'],
    ['ǆ', 'Ǆ', 'digraphs'],
  ]
  for (const [stored, requestedValue, because] of rows)
    test(`${JSON.stringify(stored)} and ${JSON.stringify(requestedValue)}: ${because}`, () => {
      assert.deepEqual(planAssociation([live(stored)], [requestedValue]), { duplicate: requestedValue, stored })
      assert.deepEqual(planAssociation([live(requestedValue)], [stored]), { duplicate: stored, stored: requestedValue })
      assert.deepEqual(planAssociation([], [stored, requestedValue]), { duplicate: requestedValue, stored })
    })
})

describe('different in this collation, so accepted by every engine', () => {
  const rows: [string, string, because: string][] = [
    ['1', '01', 'leading zeros'],
    ['m1', ' m1', 'leading spaces'],
    ['m1 large', 'm1large', 'spaces inside'],
    ['m1', 'm1\t', 'a trailing tab is not a space'],
    ['m1', 'm1\u00a0', 'a trailing no-break space is not a space'],
    ['ß', 'ss', 'the sharp s does not equal two s'],
    ['æ', 'ae', 'ligatures'],
    ['ø', 'o', 'a stroke is not an accent'],
    ['đ', 'd', 'a stroke is not an accent'],
    ['２', '2', 'wide digits'],
    ['か', 'カ', 'kana'],
    ['कु', 'के', 'Indic vowel signs'],
    ['가', '나', 'Hangul'],
  ]
  for (const [a, b, because] of rows)
    test(`${JSON.stringify(a)} and ${JSON.stringify(b)}: ${because}`, () =>
      assert.deepEqual(planAssociation([live(a)], [b]), { insert: [b], revive: [] }))
})

describe('for any rows and values', () => {
  const value = fc.constantFrom('1', '2', 'a', 'A', 'á', 'a ', 'b', 'B')
  const someRows = fc
    .array(fc.tuple(value, fc.boolean()))
    .map(facts => facts.map(([value, deleted], i) => row(String(i), value, deleted)))
  const wishes = fc.uniqueArray(value)

  test('a plan covers every value once, and reuses only deleted rows, each one once', () =>
    fc.assert(
      fc.property(someRows, wishes, (rows, requestedValues) => {
        const plan = planAssociation(rows, requestedValues)
        if ('duplicate' in plan) return
        const written = [...plan.insert, ...plan.revive.map(({ value }) => value)]
        assert.deepEqual(written.toSorted(), requestedValues.toSorted())
        assert.ok(plan.revive.every(({ row }) => row.deleted))
        assert.equal(new Set(plan.revive.map(({ row }) => row)).size, plan.revive.length)
      }),
    ))

  test('a value that equals a live row is always refused', () =>
    fc.assert(
      fc.property(someRows, value, wishes, (rows, taken, requestedValues) => {
        assert.ok('duplicate' in planAssociation([...rows, live(taken)], [...new Set([...requestedValues, taken])]))
      }),
    ))
})

describe('a list as typed by a user', () => {
  const rows: [text: string, entries: string[]][] = [
    ['1', ['1']],
    ['1,2,3', ['1', '2', '3']],
    ['3,1,2', ['3', '1', '2']],
    [' 1 ,\t2\n', ['1', '2']],
    ['1,,2,', ['1', '2']],
    ['', []],
    [' , ,', []],
    ['1,2,1', ['1', '2']],
    ['1, 1', ['1']],
    ['a,A', ['a', 'A']],
    ['two words, x', ['two words', 'x']],
    ['1;2', ['1;2']],
  ]
  for (const [text, entries] of rows)
    test(`${JSON.stringify(text)} → ${JSON.stringify(entries)}`, () => assert.deepEqual(parseList(text), entries))
})
