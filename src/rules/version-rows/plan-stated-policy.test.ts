import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { StatedPolicy } from '../../model/datastore-catalogue.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { planStatedPolicy } from './plan-stated-policy.ts'
import { flavorNames } from './stated-values.ts'

const row = (key: string, value: string, deleted = false) => metadataRow(key, value, { deleted })

const known = { flavors: flavorNames([]), volumeTypes: [] }
const plan = (stated: StatedPolicy, ...rows: VersionMetadata[]) => planStatedPolicy(stated, rows, known, false)

/** Prints the planned changes, one per line. */
const lines = (stated: StatedPolicy, ...rows: VersionMetadata[]) => {
  const { plans, problems } = plan(stated, ...rows)
  assert.deepEqual(problems, [])
  return plans.flatMap(({ key, end, revive, insert }) => [
    ...end.map(({ value }) => `- ${key} ${value}`),
    ...revive.map(({ value }) => `^ ${key} ${value}`),
    ...insert.map(value => `+ ${key} ${value}`),
  ])
}

const everything = [
  row('flavor', '1'),
  row('flavor_requirement', 'ram>=1024'),
  row('flavor_restriction', 'listed'),
  row('flavor_enforcement', 'warn'),
  row('volume_type', 'fast'),
]

test('omitted fields stay as they are', () => assert.deepEqual(lines({}, ...everything), []))

test('a flavor that no longer exists can stay associated, but not be associated again', () => {
  const problemsWith = (stored: VersionMetadata) =>
    planStatedPolicy({ flavors: ['gone'] }, [stored], known, true).problems.map(({ code }) => code)
  assert.deepEqual(problemsWith(row('flavor', 'gone')), [])
  assert.deepEqual(problemsWith(row('flavor', 'gone', true)), ['flavors_unknown'])
})

test('each stated field is changed, and no other', () => {
  const cases: [StatedPolicy, string[]][] = [
    [{ flavors: ['2'] }, ['- flavor 1', '+ flavor 2']],
    [{ flavors: [] }, ['- flavor 1']],
    [{ requirements: ['ram>=2GiB'] }, ['- flavor_requirement ram>=1024', '+ flavor_requirement ram>=2048']],
    [{ restriction: 'open' }, ['- flavor_restriction listed']],
    [{ enforcement: 'refuse' }, ['- flavor_enforcement warn']],
    [{ volumeTypes: ['slow'] }, ['- volume_type fast', '+ volume_type slow']],
  ]
  for (const [stated, expected] of cases) assert.deepEqual(lines(stated, ...everything), expected)
})

test('restriction and enforcement insert a missing row, and revive a deleted one', () => {
  const stated = { restriction: 'listed', enforcement: 'warn' } as const
  assert.deepEqual(lines(stated), ['+ flavor_restriction listed', '+ flavor_enforcement warn'])
  assert.deepEqual(lines({ enforcement: 'warn' }, row('flavor_enforcement', 'warn', true)), [
    '^ flavor_enforcement warn',
  ])
})

describe('rows with another spelling', () => {
  test('stay if they have the stated meaning', () => {
    assert.deepEqual(lines({ restriction: 'listed' }, row('flavor_restriction', 'yes')), [])
    assert.deepEqual(lines({ enforcement: 'refuse' }, row('flavor_enforcement', 'notify')), [])
  })
  test('are replaced if they have another meaning', () => {
    assert.deepEqual(lines({ restriction: 'open' }, row('flavor_restriction', 'yes')), ['- flavor_restriction yes'])
    assert.deepEqual(lines({ enforcement: 'warn' }, row('flavor_enforcement', 'notify')), [
      '- flavor_enforcement notify',
      '+ flavor_enforcement warn',
    ])
  })
})

test('rows with other keys are ignored', () =>
  assert.deepEqual(lines({ flavors: [], volumeTypes: [] }, row('owner', 'me')), []))

test('values that conflict are a problem', () => {
  assert.deepEqual(plan({ flavors: ['a', 'A'] }).problems, [
    { code: 'held_equal', what: 'flavor', value: 'A', stored: 'a' },
  ])
})
