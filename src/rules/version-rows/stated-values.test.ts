import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../test/fixtures/flavor.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import { flavorNames } from '../allowed/flavor/flavor-names.ts'
import { type StatedValues, statedFlavors, statedRequirements, statedVolumeTypes } from './stated-values.ts'

const flavor = (id: string, name: string) =>
  flavorWith({
    id,
    name,
    vcpus: 1,
    ramMb: 512,
    diskGb: 1,
  })
const known = flavorNames([
  flavor('1', 'tiny'),
  flavor('2', 'small'),
  flavor('small', 'odd'),
  flavor('4', 'twin'),
  flavor('5', 'twin'),
])
const gone = new Set(['gone', ' 7 '])

const values = (...values: string[]): StatedValues => ({ values, problems: [] })
const problem = (...problems: StatedValues['problems']): StatedValues['problems'] => problems

describe('flavors', () => {
  const rows: [guarantee: string, entries: string[], expected: StatedValues][] = [
    ['are found by id', ['1', '2'], values('1', '2')],
    ['are found by name', ['tiny'], values('1')],
    ['that are both an id and a name are read as the id', ['small'], values('small')],
    ['that are already associated are not checked', ['gone'], values('gone')],
    ['that are associated with blanks around them keep the blanks', [' 7 '], values(' 7 ')],
  ]
  for (const [guarantee, entries, expected] of rows)
    test(guarantee, () => assert.deepEqual(statedFlavors(entries, gone, known, true), expected))

  test('that are unknown are reported together, with the nearest name', () => {
    const { problems } = statedFlavors(['qqqqqqqq', 'tinny', '1'], gone, known, true)
    assert.deepEqual(problems, problem({ code: 'flavors_unknown', flavors: ['qqqqqqqq', 'tinny'], nearest: 'tiny' }))
  })
  test('of which many are unknown are compared with names for the first five only', () => {
    const nearestOf = (...entries: string[]) =>
      statedFlavors(entries, gone, known, true).problems.map(each => 'nearest' in each && each.nearest)
    const far = ['qqqqqqq1', 'qqqqqqq2', 'qqqqqqq3', 'qqqqqqq4', 'qqqqqqq5']
    assert.deepEqual(nearestOf(...far.slice(1), 'tinny'), ['tiny'])
    assert.deepEqual(nearestOf(...far, 'tinny'), [undefined])
  })
  test('can have ids of 128 characters', () => {
    const codes = (id: string) => statedFlavors([id], gone, known, false).problems.map(({ code }) => code)
    assert.deepEqual(codes('x'.repeat(128)), [])
    assert.deepEqual(codes('x'.repeat(129)), ['text_unusable'])
  })
  test('that are unknown are taken as ids if the check is off', () =>
    assert.deepEqual(statedFlavors(['new'], gone, known, false), values('new')))
  test('whose name is ambiguous are a problem', () =>
    assert.deepEqual(
      statedFlavors(['twin'], gone, known, true).problems,
      problem({ code: 'flavor_name_ambiguous', name: 'twin', ids: ['4', '5'] }),
    ))
  test('that the column cannot store are a problem even if the check is off', () =>
    assert.deepEqual(
      statedFlavors(['\0'], gone, known, false).problems,
      problem({ code: 'text_unusable', what: "flavor '\0'", problem: 'contains a NUL character' }),
    ))
})

describe('requirements', () => {
  const stored = new Set(['cores>=2'])
  test('are stored in their canonical spelling, without repetition', () =>
    assert.deepEqual(
      statedRequirements(['ram >= 2GiB', 'RAM>=2048', 'vcpus>=1'], stored),
      values('ram>=2048', 'vcpus>=1'),
    ))
  test('that are invalid stay as long as the file contains them', () =>
    assert.deepEqual(statedRequirements(['cores>=2'], stored), values('cores>=2')))
  test('that are invalid when typed are a problem with a column', () =>
    assert.deepEqual(
      statedRequirements(['ram>2'], stored).problems,
      problem({ code: 'requirement_not_understood', typed: 'ram>2', column: 4, expected: '>=, <= or =', found: "'>'" }),
    ))
  test('that are too long for the column are a problem', () => {
    const [firstProblem] = statedRequirements([`extra_specs[k]=${'x'.repeat(120)}`], stored).problems
    assert.equal(firstProblem?.code, 'text_unusable')
  })
})

describe('volume types', () => {
  const type = (name: string, id: string): VolumeType => ({
    id,
    name,
    description: null,
    isDefault: false,
    isPublic: true,
    projects: [],
  })
  const types = [type('fast', 'f-1'), type('slow', 's-1')]
  const stated = (entries: string[], stored: string[] = []) => statedVolumeTypes(entries, stored, types, true)

  test('are stored as they are stated', () => assert.deepEqual(stated(['fast', 's-1']), values('fast', 's-1')))
  test('that are stored under their name or id are not stored again under the other', () =>
    assert.deepEqual(stated(['fast'], ['f-1']), values('f-1')))
  test('that are stated twice are stored once', () => assert.deepEqual(stated(['fast', 'f-1']), values('fast')))
  test('that no longer exist stay as long as the file contains them', () =>
    assert.deepEqual(stated(['gone'], ['gone']), values('gone')))
  test('that are unknown are reported together', () =>
    assert.deepEqual(
      stated(['fats', 'new']).problems,
      problem({ code: 'volume_types_unknown', volumeTypes: ['fats', 'new'], nearest: 'fast' }),
    ))
  test('that are unknown are stored unchanged if the check is off', () =>
    assert.deepEqual(statedVolumeTypes(['new'], [], types, false), values('new')))
})
