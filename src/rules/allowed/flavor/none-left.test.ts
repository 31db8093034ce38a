import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { metadataRow } from '../../../../test/fixtures/metadata-row.ts'
import type { Level } from '../../../model/level.ts'
import { noneLeft } from './none-left.ts'
import { type FlavorPolicy, readFlavorPolicy } from './policy-rows.ts'
import { isMet, readRequirement } from './requirement.ts'

const policy = (texts: readonly string[], levels: Readonly<Record<string, Level>> = {}): FlavorPolicy =>
  readFlavorPolicy([
    ...texts.map(text => metadataRow('flavor_requirement', text)),
    ...Object.entries(levels).map(([value, level]) => ({
      ...{ key: 'flavor_requirement', value, deleted: false },
      rule: { level, source: 'version' as const },
    })),
  ])

const unchanged = { flavorsAllowed: 2, flavorsFellOut: 0 }
const open = policy([])
const contradictions = (before: FlavorPolicy, after: FlavorPolicy) => noneLeft(before, after, unchanged)?.contradictions

describe('a change leaves no flavor', () => {
  const rows: [flavorsAllowed: number, flavorsFellOut: number, isNone: boolean][] = [
    [0, 2, true],
    [0, 1, true],
    [1, 2, false],
    [0, 0, false],
    [3, 0, false],
  ]
  for (const [flavorsAllowed, flavorsFellOut, isNone] of rows)
    test(`${isNone ? '' : 'not '}if ${flavorsAllowed} are allowed and ${flavorsFellOut} fell out`, () => {
      const none = noneLeft(open, open, { flavorsAllowed, flavorsFellOut })
      assert.deepEqual(none, isNone ? { contradictions: [], listIsEmpty: false } : undefined)
    })
})

test('an empty list is named as the reason, if it refuses', () => {
  const listed = (level: 'refuse' | 'warn'): FlavorPolicy => ({ ...open, lists: [{ level, source: 'version' }] })
  const counts = { flavorsAllowed: 0, flavorsFellOut: 2 }
  assert.equal(noneLeft(open, listed('refuse'), counts)?.listIsEmpty, true)
  assert.equal(noneLeft(open, listed('warn'), counts)?.listIsEmpty, false)
  assert.equal(noneLeft(open, { ...listed('refuse'), associated: new Set(['1']) }, counts)?.listIsEmpty, false)
})

describe('requirements contradict each other', () => {
  const rows: [texts: string[], pair: [string, string] | undefined][] = [
    [
      ['ram>=8192', 'ram<=4096'],
      ['ram>=8192', 'ram<=4096'],
    ],
    [['ram>=4096', 'ram<=4096'], undefined],
    [['name=*.large', 'name=??.?????'], undefined],
    [['name=a*', 'name=b*'], undefined],
    [['name=db.large', 'name=*.large'], undefined],
    [
      ['name=db.large', 'name=*.small'],
      ['name=db.large', 'name=*.small'],
    ],
    [
      ['name=db.large', 'name=db.small'],
      ['name=db.large', 'name=db.small'],
    ],
    [
      ['ram>=4097', 'ram<=4096'],
      ['ram>=4097', 'ram<=4096'],
    ],
    [
      ['ram=4096', 'ram<=4095'],
      ['ram=4096', 'ram<=4095'],
    ],
    [
      ['ram=4096', 'ram>=4097'],
      ['ram>=4097', 'ram=4096'],
    ],
    [
      ['ram=4096', 'ram=4097'],
      ['ram=4097', 'ram=4096'],
    ],
    [['ram=4096', 'ram>=1024', 'ram<=8192'], undefined],
    [
      ['ram>=1024', 'ram>=8192', 'ram<=9000', 'ram<=4096'],
      ['ram>=8192', 'ram<=4096'],
    ],
    [['ram>=8192', 'vcpus<=2', 'disk<=4096'], undefined],
    [['extra_specs[a]>=2', 'extra_specs[b]<=1'], undefined],
    [
      ['extra_specs[a]>=2', 'extra_specs[a]<=1'],
      ['extra_specs[a]>=2', 'extra_specs[a]<=1'],
    ],
    [
      ['extra_specs[a]=ssd', 'extra_specs[a]=hdd'],
      ['extra_specs[a]=hdd', 'extra_specs[a]=ssd'],
    ],
    [
      ['extra_specs[a]=ssd', 'extra_specs[a]>=2'],
      ['extra_specs[a]=ssd', 'extra_specs[a]>=2'],
    ],
    // A text that reads as a number meets both.
    [['extra_specs[a]=007', 'extra_specs[a]>=2'], undefined],
    [['extra_specs[a]=007', 'extra_specs[a]=7'], undefined],
    [
      ['extra_specs[a]=007', 'extra_specs[a]>=8'],
      ['extra_specs[a]>=8', 'extra_specs[a]=007'],
    ],
    // It is invalid, so it refuses every flavor by itself.
    [['cores>=8', 'cores<=4'], undefined],
  ]
  for (const [texts, pair] of rows)
    test(`${pair ? '' : 'not '}${texts.join(' and ')}`, () =>
      assert.deepEqual(contradictions(open, policy(texts)), pair && [pair]))

  test('only if both refuse', () => {
    const texts = ['ram>=8192', 'ram<=4096']
    for (const level of ['warn', 'audit'] as const)
      assert.equal(contradictions(open, policy(texts, { 'ram>=8192': level })), undefined)
    assert.equal(contradictions(policy(texts, { 'ram>=8192': 'warn' }), policy(texts))?.length, 1)
  })

  test('and count only if they did not before, for each property', () => {
    const before = policy(['ram>=8192', 'ram<=4096'])
    assert.equal(contradictions(before, policy(['ram>=8192', 'ram<=2048'])), undefined)
    assert.deepEqual(contradictions(before, policy(['ram>=8192', 'ram<=4096', 'vcpus>=4', 'vcpus<=2'])), [
      ['vcpus>=4', 'vcpus<=2'],
    ])
  })

  test('only if no flavor meets all of them', () => {
    const value = fc.constantFrom('0', '1', '2', '3', '2.5', 'a', '02', '1e0', ' 2', 'Infinity', '0x2')
    const text = fc.tuple(fc.constantFrom('ram', 'extra_specs[k]'), fc.constantFrom('>=', '<=', '='), value)
    const valid = fc.uniqueArray(
      text.map(parts => parts.join('')).filter(text => readRequirement(text) !== undefined),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(valid, fc.integer({ min: 0, max: 4 }), value, (texts, ramMb, spec) => {
        const flavor = flavorWith({ ramMb, extraSpecs: { k: spec } })
        if (texts.every(text => isMet(readRequirement(text)!, flavor)))
          assert.equal(contradictions(open, policy(texts)), undefined)
      }),
      { numRuns: 2000 },
    )
  })
})
