import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith } from '../../../test/fixtures/flavor.ts'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import { type Level, levels } from '../../model/level.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { decide } from '../allowed/flavor/decide.ts'
import { readFlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import { addedBy, rowsAfter } from './plan-exact-rows.ts'
import { rulesAfter } from './plan-levels.ts'
import { planStatedMinimum } from './plan-stated-minimum.ts'

const row = (key: string, value: string, deleted = false) => metadataRow(key, value, { deleted })
const requires = (text: string, deleted = false) => row('flavor_requirement', text, deleted)
const listed = row('flavor', '1')
const warns = row('flavor_enforcement', 'warn')

const level = (text: string, level: Level): PolicyRow => ({
  ...{ key: 'flavor_requirement', value: text, deleted: false },
  rule: { level, source: 'version' },
})

const plan = (stated: Level | undefined, rows: readonly VersionMetadata[], rules: readonly PolicyRow[] = []) => {
  const minimum = { requirements: ['ram>=2GiB', 'vcpus>=2'], level: stated }
  const { plans, levels, problems } = planStatedMinimum(minimum, { rows, rules })
  assert.deepEqual([problems, plans.flatMap(({ end }) => end)], [[], []])
  return { added: plans.flatMap(addedBy), levels: levels.map(({ value, level }) => `${value} ${level ?? 'none'}`) }
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
    ['leaves a version alone that has it', both.map(text => requires(text)), []],
  ]
  for (const [guarantee, rows, added] of table)
    test(guarantee, () => {
      assert.deepEqual(plan(undefined, rows), { added, levels: [] })
      const warning = plan('warn', rows)
      assert.deepEqual(warning.added, added)
      assert.deepEqual(warning.levels.toSorted(), added.map(text => `${text} warn`).toSorted())
    })

  test('does not change the level of a requirement that the version has', () =>
    assert.deepEqual(plan('warn', [requires('ram>=2048')], [level('ram>=2048', 'audit')]), {
      added: ['vcpus>=2'],
      levels: ['vcpus>=2 warn'],
    }))

  test('ends the level that a requirement had before it was deleted', () =>
    assert.deepEqual(plan(undefined, [requires('vcpus>=2', true)], [level('vcpus>=2', 'audit')]).levels, [
      'vcpus>=2 none',
    ]))
})

test('an invalid requirement, or one that conflicts with an existing one, is a problem', () => {
  const problems = (requirement: string, ...rows: VersionMetadata[]) =>
    planStatedMinimum({ requirements: [requirement], level: undefined }, { rows, rules: [] }).problems.map(
      ({ code }) => code,
    )
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

test('a minimum never allows more flavors, and one that does not refuse never refuses one', () => {
  fc.assert(
    fc.property(someRows, someRequirements, fc.constantFrom(...levels, undefined), (rows, requirements, level) => {
      const plan = planStatedMinimum({ requirements, level }, { rows, rules: [] })
      const after = [...rowsAfter(rows, plan.plans), ...rulesAfter([], plan.levels)]
      for (const flavor of someFlavors) {
        const isAllowed = (rows: readonly PolicyRow[]) =>
          decide({ id: flavor.id, flavor }, readFlavorPolicy(rows)).allowed
        assert.ok(isAllowed(rows) || !isAllowed(after), `${flavor.id} came in`)
        if (level !== undefined && level !== 'refuse')
          assert.ok(!isAllowed(rows) || isAllowed(after), `${flavor.id} fell out`)
      }
    }),
  )
})
