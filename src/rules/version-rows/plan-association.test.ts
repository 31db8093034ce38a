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
    wanted: string[],
    plan: ReturnType<typeof planAssociation>,
  ][] = [
    ['inserts what is not there', [], ['1', '2'], { insert: ['1', '2'], revive: [] }],
    ['inserts beside what is there', [live('1')], ['2'], { insert: ['2'], revive: [] }],
    ['does nothing for an empty list', [live('1'), dead('2')], [], { insert: [], revive: [] }],
    ['revives a deleted row', [dead('1'), dead('9')], ['1'], { insert: [], revive: [{ row: dead('1'), value: '1' }] }],
    [
      'inserts and revives in one go',
      [dead('2')],
      ['1', '2', '3'],
      { insert: ['1', '3'], revive: [{ row: dead('2'), value: '2' }] },
    ],
    ['refuses what is there', [live('1')], ['1'], { duplicate: '1', stored: '1' }],
    ['refuses the whole list for one duplicate', [live('2')], ['1', '2', '3'], { duplicate: '2', stored: '2' }],
    ['names the first duplicate', [live('2'), live('3')], ['1', '3', '2'], { duplicate: '3', stored: '3' }],
    ['names the stored spelling', [live('M1.Large')], ['m1.large'], { duplicate: 'm1.large', stored: 'M1.Large' }],
    ['refuses one id in two spellings in a list', [], ['a', 'b', 'A'], { duplicate: 'A', stored: 'a' }],
    [
      'refuses the second spelling even where the first takes a deleted row over',
      [dead('á')],
      ['a', 'A'],
      { duplicate: 'A', stored: 'a' },
    ],
    [
      'takes a deleted row of another spelling over, in the spelling wanted',
      [dead('A ')],
      ['á'],
      { insert: [], revive: [{ row: dead('A '), value: 'á' }] },
    ],
  ]
  for (const [guarantee, stored, wanted, plan] of rows)
    test(guarantee, () => assert.deepEqual(planAssociation(stored, wanted), plan))

  // Rows that fold alike stand side by side where a Trove wrote them into PostgreSQL, which folds nothing.
  const bothWays = (a: VersionMetadata, b: VersionMetadata) => [
    [a, b],
    [b, a],
  ]
  test('a live row wins over a deleted one, whichever comes first', () => {
    for (const rows of bothWays(live('1', 'x'), dead('1', 'y')))
      assert.deepEqual(planAssociation(rows, ['1']), { duplicate: '1', stored: '1' })
    for (const rows of bothWays(live('a'), dead('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { duplicate: 'A', stored: 'a' })
  })
  test('of deleted rows, the one with exactly this value is revived: no other could take the value without a clash', () => {
    for (const rows of bothWays(dead('a'), dead('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { insert: [], revive: [{ row: dead('A'), value: 'A' }] })
  })
  test('of live rows, the one with exactly this value is named', () => {
    for (const rows of bothWays(live('a'), live('A')))
      assert.deepEqual(planAssociation(rows, ['A']), { duplicate: 'A', stored: 'A' })
  })
})

describe("MySQL's utf8mb3_general_ci holds equal, so every engine refuses", () => {
  const rows: [stored: string, wanted: string, because: string][] = [
    ['m1.large', 'M1.LARGE', 'case'],
    ['é', 'e', 'accents'],
    ['Å', 'a', 'case and accents'],
    ['ệ', 'E', 'two accents on a letter'],
    ['ñandú', 'NANDU', 'accents inside a word'],
    ['m1', 'm1 ', 'a trailing space'],
    ['m1   ', 'm1', 'trailing spaces'],
    ['ß', 's', 'the sharp s is one s'],
    ['ſ', 'S', 'the long s'],
    ['ς', 'Σ', 'the final sigma'],
    ['ϲ', 'σ', 'the lunate sigma'],
    ['\u0345', 'ι', 'the iota below'],
    ['ᾳ', 'Α', 'a letter with the iota below'],
    ['µ', 'Μ', 'the micro sign is a mu'],
    ['ё', 'Е', 'Cyrillic'],
    ['ı', 'I', 'the dotless i'],
    ['İ', 'i', 'the dotted I'],
    ['ǆ', 'Ǆ', 'digraphs'],
  ]
  for (const [stored, wanted, because] of rows)
    test(`${JSON.stringify(stored)} and ${JSON.stringify(wanted)}: ${because}`, () => {
      assert.deepEqual(planAssociation([live(stored)], [wanted]), { duplicate: wanted, stored })
      assert.deepEqual(planAssociation([live(wanted)], [stored]), { duplicate: stored, stored: wanted })
      assert.deepEqual(planAssociation([], [stored, wanted]), { duplicate: wanted, stored })
    })
})

describe('different under that collation, so no engine refuses', () => {
  const rows: [string, string, because: string][] = [
    ['1', '01', 'leading zeros'],
    ['m1', ' m1', 'leading spaces'],
    ['m1 large', 'm1large', 'spaces inside'],
    ['m1', 'm1\t', 'a trailing tab is no space'],
    ['m1', 'm1\u00a0', 'a trailing no-break space is no space'],
    ['ß', 'ss', 'the sharp s is not two'],
    ['æ', 'ae', 'ligatures'],
    ['ø', 'o', 'a stroke is no accent'],
    ['đ', 'd', 'a stroke is no accent'],
    ['２', '2', 'wide digits'],
    ['か', 'カ', 'kana'],
    ['कु', 'के', 'Indic vowel signs'],
    ['가', '나', 'Hangul'],
  ]
  for (const [a, b, because] of rows)
    test(`${JSON.stringify(a)} and ${JSON.stringify(b)}: ${because}`, () =>
      assert.deepEqual(planAssociation([live(a)], [b]), { insert: [b], revive: [] }))
})

describe('for whatever rows and wishes', () => {
  const value = fc.constantFrom('1', '2', 'a', 'A', 'á', 'a ', 'b', 'B')
  const someRows = fc
    .array(fc.tuple(value, fc.boolean()))
    .map(facts => facts.map(([value, deleted], i) => row(String(i), value, deleted)))
  const wishes = fc.uniqueArray(value)

  test('a plan covers every wish once, writes over deleted rows only, and over each once', () =>
    fc.assert(
      fc.property(someRows, wishes, (rows, wanted) => {
        const plan = planAssociation(rows, wanted)
        if ('duplicate' in plan) return
        const written = [...plan.insert, ...plan.revive.map(({ value }) => value)]
        assert.deepEqual(written.toSorted(), wanted.toSorted())
        assert.ok(plan.revive.every(({ row }) => row.deleted))
        assert.equal(new Set(plan.revive.map(({ row }) => row)).size, plan.revive.length)
      }),
    ))

  test('a wish that equals a live row is always refused', () =>
    fc.assert(
      fc.property(someRows, value, wishes, (rows, taken, wanted) => {
        assert.ok('duplicate' in planAssociation([...rows, live(taken)], [...new Set([...wanted, taken])]))
      }),
    ))
})

describe('a list as people type it', () => {
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
