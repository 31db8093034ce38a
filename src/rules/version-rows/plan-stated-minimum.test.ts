import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith } from '../../../test/fixtures/flavor.ts'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { decide } from '../allowed/flavor/decide.ts'
import { readFlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import { addedBy, rowsAfter } from './plan-exact-rows.ts'
import { planStatedMinimum } from './plan-stated-minimum.ts'

const row = (key: string, value: string, deleted = false) => metadataRow(key, value, { deleted })
const requires = (text: string, deleted = false) => row('flavor_requirement', text, deleted)
const listed = row('flavor', '1')
const warns = row('flavor_enforcement', 'warn')

const plan = (onlyWarn: boolean, ...rows: VersionMetadata[]) => {
  const { plans, problems, withheld } = planStatedMinimum({ requirements: ['ram>=2GiB', 'vcpus>=2'], onlyWarn }, rows)
  assert.deepEqual([problems, plans.flatMap(({ end }) => end)], [[], []])
  return { added: plans.flatMap(addedBy), withheld }
}
const both = ['ram>=2048', 'vcpus>=2']

describe('a minimum', () => {
  const table: [guarantee: string, VersionMetadata[], added: string[]][] = [
    ['is added if there is no rule', [], both],
    ['is added to requirements and associations, which stay', [requires('ram<=8192'), listed], both],
    ['adds only missing requirements', [requires('ram>=2048')], ['vcpus>=2']],
    ['is added to invalid requirements', [requires('cores>=2')], both],
    ['revives deleted requirements', [requires('vcpus>=2', true)], ['vcpus>=2', 'ram>=2048']],
    ['is also added to a version that only warns', [warns], both],
  ]
  for (const [guarantee, rows, added] of table)
    test(guarantee, () => assert.deepEqual(plan(false, ...rows), { added, withheld: [] }))
})

describe('a minimum that only warns', () => {
  const table: [guarantee: string, VersionMetadata[], added: string[], withheld: string[]][] = [
    ['makes a version without any rule warn', [], [...both, 'warn'], []],
    ['is added to a version that warns already', [warns, listed], both, []],
    ['is left out for a version that refuses flavors that are not listed', [listed], [], both],
    ['is left out for a version that allows no flavor', [row('flavor_restriction', 'listed')], [], both],
    ['is left out for a version that has requirements and refuses', [requires('ram>=2048')], [], ['vcpus>=2']],
    ['leaves a version alone that already has it and now refuses', both.map(text => requires(text)), [], []],
    ['ignores a deleted rule', [requires('ram>=1024', true)], [...both, 'warn'], []],
  ]
  for (const [guarantee, rows, added, withheld] of table)
    test(guarantee, () => assert.deepEqual(plan(true, ...rows), { added, withheld }))
})

test('an invalid requirement, or one that conflicts with an existing one, is a problem', () => {
  const problems = (requirement: string, ...rows: VersionMetadata[]) =>
    planStatedMinimum({ requirements: [requirement], onlyWarn: false }, rows).problems.map(({ code }) => code)
  assert.deepEqual(problems('ram>2'), ['requirement_not_understood'])
  assert.deepEqual(problems('extra_specs[k]=B', requires('extra_specs[k]=b')), ['held_equal'])
})

const flavor = (id: string, vcpus: number) =>
  flavorWith({
    id,
    name: id,
    vcpus,
    ramMb: 1024 * vcpus,
    diskGb: 1,
  })
const someFlavors = [flavor('1', 1), flavor('2', 2), flavor('8', 8)]
const someRows = fc
  .subarray([
    ...['1', '2'].map(id => row('flavor', id)),
    ...['vcpus>=2', 'ram<=2048', 'cores>=2'].map(text => requires(text)),
    row('flavor_restriction', 'listed'),
    warns,
    row('flavor_enforcement', 'notify'),
  ])
  .chain(rows => fc.tuple(...rows.map(each => fc.boolean().map(deleted => ({ ...each, deleted })))))
const someRequirements = fc.subarray(['vcpus>=2', 'vcpus>=4', 'ram<=2GiB'])

test('a minimum never allows more flavors, and one that only warns never refuses one', () => {
  fc.assert(
    fc.property(someRows, someRequirements, fc.boolean(), (rows, requirements, onlyWarn) => {
      const { plans } = planStatedMinimum({ requirements, onlyWarn }, rows)
      const [before, after] = [readFlavorPolicy(rows), readFlavorPolicy(rowsAfter(rows, plans))]
      for (const flavor of someFlavors) {
        const [was, is] = [before, after].map(policy => decide({ id: flavor.id, flavor }, policy).allowed)
        assert.ok(was || !is, `${flavor.id} came in`)
        if (onlyWarn) assert.ok(!was || is, `${flavor.id} fell out`)
      }
    }),
  )
})
