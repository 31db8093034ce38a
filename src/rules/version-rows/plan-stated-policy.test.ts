import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { StatedPolicy } from '../../model/datastore-catalogue.ts'
import type { Level, RuleSource } from '../../model/level.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { flavorNames } from '../allowed/flavor/flavor-names.ts'
import { planStatedPolicy } from './plan-stated-policy.ts'

const row = (key: string, value: string, deleted = false) => metadataRow(key, value, { deleted })

const known = { flavors: flavorNames([]), volumeTypes: [] }
const plan = (stated: StatedPolicy, ...rows: VersionMetadata[]) =>
  planStatedPolicy(stated, { rows, rules: [] }, known, false)

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
    planStatedPolicy({ flavors: ['gone'] }, { rows: [stored], rules: [] }, known, true).problems.map(({ code }) => code)
  assert.deepEqual(problemsWith(row('flavor', 'gone')), [])
  assert.deepEqual(problemsWith(row('flavor', 'gone', true)), ['flavors_unknown'])
})

test('each stated field is changed, and no other', () => {
  const cases: [StatedPolicy, string[]][] = [
    [{ flavors: ['2'] }, ['- flavor 1', '+ flavor 2']],
    [{ flavors: [] }, ['- flavor 1']],
    [
      { requirements: [{ text: 'ram>=2GiB', level: undefined }] },
      ['- flavor_requirement ram>=1024', '+ flavor_requirement ram>=2048'],
    ],
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

describe('levels', () => {
  const levelOf = (key: string, value: string, level: Level, source: RuleSource = 'version'): PolicyRow => ({
    ...{ key, value, deleted: false },
    rule: { level, source },
  })
  const requirement = (text: string, level?: Level) => ({ text, level })
  const changes = (stated: StatedPolicy, ...rules: PolicyRow[]) =>
    planStatedPolicy(stated, { rows: everything, rules }, known, false).levels.map(
      ({ value, before, level }) => `${value}: ${before ?? 'none'} -> ${level ?? 'none'}`,
    )
  const audited = levelOf('flavor_requirement', 'ram>=1024', 'audit')
  const cases: [guarantee: string, stated: StatedPolicy, rules: PolicyRow[], changes: string[]][] = [
    ['a level is set', { requirements: [requirement('ram>=1GiB', 'warn')] }, [], ['ram>=1024: none -> warn']],
    [
      'a level is changed',
      { requirements: [requirement('ram>=1024', 'warn')] },
      [audited],
      ['ram>=1024: audit -> warn'],
    ],
    ['a level that is as stated stays', { requirements: [requirement('ram>=1024', 'audit')] }, [audited], []],
    [
      'a requirement without a level has none of its own',
      { requirements: [requirement('ram>=1024')] },
      [audited],
      ['ram>=1024: audit -> none'],
    ],
    [
      'a requirement that is added has its level',
      { requirements: [requirement('vcpus>=2', 'warn')] },
      [],
      ['vcpus>=2: none -> warn'],
    ],
    [
      'a requirement that is stated twice has the stricter level',
      { requirements: [requirement('ram>=1024', 'audit'), requirement('ram>=1GiB', 'warn')] },
      [],
      ['ram>=1024: none -> warn'],
    ],
    ['omitted requirements keep their levels', {}, [audited], []],
    ['the level of the list is set', { listLevel: 'warn' }, [], ['listed: none -> warn']],
    [
      'null ends the level of the list',
      { listLevel: null },
      [levelOf('flavor_restriction', 'listed', 'audit')],
      ['listed: audit -> none'],
    ],
    [
      'the levels of a datastore are not those of the version',
      { listLevel: null, requirements: [requirement('ram>=1024')] },
      [
        levelOf('flavor_restriction', 'listed', 'audit', 'datastore'),
        { ...audited, rule: { level: 'warn', source: 'datastore' } },
      ],
      [],
    ],
  ]
  for (const [guarantee, stated, rules, expected] of cases)
    test(guarantee, () => assert.deepEqual(changes(stated, ...rules), expected))
})
