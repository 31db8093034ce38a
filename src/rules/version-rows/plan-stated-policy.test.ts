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

/** What would be written, in a line each. */
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

test('what a file leaves out stays as it is', () => assert.deepEqual(lines({}, ...everything), []))

test('each field that it gives is made so, and no other', () => {
  const given: [StatedPolicy, string[]][] = [
    [{ flavors: ['2'] }, ['- flavor 1', '+ flavor 2']],
    [{ flavors: [] }, ['- flavor 1']],
    [{ requirements: ['ram>=2GiB'] }, ['- flavor_requirement ram>=1024', '+ flavor_requirement ram>=2048']],
    [{ restriction: 'open' }, ['- flavor_restriction listed']],
    [{ enforcement: 'refuse' }, ['- flavor_enforcement warn']],
    [{ volumeTypes: ['slow'] }, ['- volume_type fast', '+ volume_type slow']],
  ]
  for (const [stated, expected] of given) assert.deepEqual(lines(stated, ...everything), expected)
})

test('words make a row where there is none, and revive one that was deleted', () => {
  const stated = { restriction: 'listed', enforcement: 'warn' } as const
  assert.deepEqual(lines(stated), ['+ flavor_restriction listed', '+ flavor_enforcement warn'])
  assert.deepEqual(lines({ enforcement: 'warn' }, row('flavor_enforcement', 'warn', true)), [
    '^ flavor_enforcement warn',
  ])
})

describe('rows that somebody else spelt in another way', () => {
  test('stay where they are read as the file wants it', () => {
    assert.deepEqual(lines({ restriction: 'listed' }, row('flavor_restriction', 'yes')), [])
    assert.deepEqual(lines({ enforcement: 'refuse' }, row('flavor_enforcement', 'notify')), [])
  })
  test('make way where they are not', () => {
    assert.deepEqual(lines({ restriction: 'open' }, row('flavor_restriction', 'yes')), ['- flavor_restriction yes'])
    assert.deepEqual(lines({ enforcement: 'warn' }, row('flavor_enforcement', 'notify')), [
      '- flavor_enforcement notify',
      '+ flavor_enforcement warn',
    ])
  })
})

test('rows of other keys are nobody’s business', () =>
  assert.deepEqual(lines({ flavors: [], volumeTypes: [] }, row('owner', 'me')), []))

test('what could not stand side by side is a problem', () => {
  assert.deepEqual(plan({ flavors: ['a', 'A'] }).problems, [
    { code: 'held_equal', what: 'flavor', value: 'A', stored: 'a' },
  ])
})
