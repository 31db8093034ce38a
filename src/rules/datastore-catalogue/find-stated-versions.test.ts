import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { versionWith } from '../../../test/fixtures/datastore-version.ts'
import type { DatastoreCatalogue, StatedVersion } from '../../model/datastore-catalogue.ts'
import { findStatedVersions, shortLabel } from './find-stated-versions.ts'

const datastores = [
  { id: 'my', name: 'mysql', defaultVersionId: null },
  { id: 're', name: 'Redis', defaultVersionId: null },
]
const version = (datastoreId: string, name: string, number: string, manager: string) =>
  versionWith({ id: `${datastoreId}-${number}`, datastoreId, name, version: number, manager })
const versions = [
  version('my', '8.0', '8.0.39', 'mysql'),
  version('my', '5.7', '5.7', 'mysql'),
  version('my', '5.7', '5.7.29', 'mysql'),
  version('re', '7', '7.0.1', 'redis'),
  version('re', '7', '7.2.5', 'redis'),
]

const stated = (name: string, more: Partial<StatedVersion> = {}): StatedVersion => ({
  line: 1,
  name,
  number: undefined,
  isDefault: undefined,
  properties: {},
  policy: {},
  waivers: undefined,
  ...more,
})
const ofDatastore = (name: string, ...versions: StatedVersion[]): DatastoreCatalogue => ({
  datastores: [{ line: 1, name, policy: {}, waivers: undefined, versions }],
  managers: [],
})
const find = (catalogue: DatastoreCatalogue) => findStatedVersions(catalogue, datastores, versions)
const made = { properties: { manager: 'mysql' } }

describe('a version is matched', () => {
  const rows: [how: string, datastore: string, StatedVersion, id: string | undefined, number: string][] = [
    ['by its name, if only one version has it', 'mysql', stated('8.0'), 'my-8.0.39', '8.0.39'],
    ['by name and number', 'mysql', stated('5.7', { number: '5.7.29' }), 'my-5.7.29', '5.7.29'],
    ['by its name, if it is also the number of one version', 'mysql', stated('5.7'), 'my-5.7', '5.7'],
    ['in any letter case', 'REDIS', stated('7', { number: '7.0.1' }), 're-7.0.1', '7.0.1'],
    ['as a new one, if no version has the name', 'mysql', stated('9', made), undefined, '9'],
    [
      'as a new one, if no version has the number',
      'mysql',
      stated('8.0', { number: '8.0.40', ...made }),
      undefined,
      '8.0.40',
    ],
    ['as a new one of a new datastore', 'percona', stated('8', made), undefined, '8'],
  ]
  for (const [how, datastore, entry, id, number] of rows)
    test(how, () => {
      const { versions, problems } = find(ofDatastore(datastore, entry))
      assert.deepEqual(problems, [])
      assert.deepEqual(
        versions.map(({ version, number }) => [version?.id, number]),
        [[id, number]],
      )
    })
  test('in the same letter case, if there are several', () => {
    const [small, large] = ['rc', 'RC'].map(number => ({ ...versions[0]!, id: number, name: 'next', version: number }))
    for (const { version: number } of [small!, large!]) {
      const catalogue = ofDatastore('mysql', stated('next', { number }))
      const { versions: matched } = findStatedVersions(catalogue, datastores, [small!, large!])
      assert.equal(matched[0]?.version?.id, number)
    }
  })
  test('as a new one of a datastore without versions', () => {
    const { versions: matched } = findStatedVersions(ofDatastore('redis', stated('7', made)), datastores, [])
    assert.deepEqual(
      matched.map(({ version, number }) => [version, number]),
      [[undefined, '7']],
    )
  })
  test('with the spelling of the database, and a new one with that of the file', () => {
    const release = { ...versions[3]!, id: 're-lts', name: 'LTS', version: 'lts' }
    const { versions: matched } = findStatedVersions(
      ofDatastore('redis', stated('lts'), stated('Next', made)),
      datastores,
      [release],
    )
    assert.deepEqual(
      matched.map(({ datastoreName, name }) => [datastoreName, name]),
      [
        ['Redis', 'LTS'],
        ['Redis', 'Next'],
      ],
    )
  })
})

describe('problems', () => {
  const problemsOf = (datastore: string, ...entries: StatedVersion[]) =>
    find(ofDatastore(datastore, ...entries)).problems.map(({ version, problem }) => [version, problem])
  test('several versions with the name', () =>
    assert.deepEqual(problemsOf('redis', stated('7')), [
      ['redis 7', { code: 'versions_several', numbers: ['7.0.1', '7.2.5'] }],
    ]))
  test('an unknown version without a manager', () => {
    assert.deepEqual(problemsOf('mysql', stated('9')), [['mysql 9', { code: 'version_unknown' }]])
    assert.deepEqual(problemsOf('percona', stated('8')), [['percona 8', { code: 'version_unknown' }]])
    assert.deepEqual(problemsOf('mysql', stated('9', { number: '9.1' })), [
      ['mysql 9 (9.1)', { code: 'version_unknown' }],
    ])
    assert.deepEqual(problemsOf('percona', stated('8', { properties: { manager: null } })), [])
  })
  test('two entries for the same version, whether it exists or not', () => {
    const twice = (...entries: StatedVersion[]) => problemsOf('mysql', ...entries).map(([, problem]) => problem)
    const code = { code: 'version_named_twice' }
    assert.deepEqual(twice(stated('8.0'), stated('8.0', { number: '8.0.39' })), [code])
    assert.deepEqual(twice(stated('9', made), stated('9', { number: '9', ...made })), [code])
  })
})

test('an unknown datastore is created with the spelling of the file', () =>
  assert.deepEqual(find(ofDatastore('Percona')).newDatastores, ['Percona']))

test('an entry for a manager applies to its versions without an entry of their own', () => {
  const minimum = { requirements: ['vcpus>=2'], level: undefined }
  const managers = ['MySQL', 'cassandra'].map(name => ({ line: 9, name, minimum }))
  const matched = find({ ...ofDatastore('mysql', stated('8.0')), managers })
  assert.deepEqual(
    matched.versions.map(({ line, datastoreName, version, minimum }) => [line, datastoreName, version?.id, minimum]),
    [
      [1, 'mysql', 'my-8.0.39', undefined],
      [9, 'mysql', 'my-5.7', minimum],
      [9, 'mysql', 'my-5.7.29', minimum],
    ],
  )
  assert.deepEqual(matched.idleManagers, ['cassandra'])
  assert.deepEqual(matched.untouched, [])
})

test('versions without a manager, and of a datastore that was removed by hand, are matched, too', () => {
  const managers = [{ line: 9, name: 'redis', minimum: { requirements: [], level: undefined } }]
  const orphan = { ...versions[3]!, datastoreId: 'gone' }
  const { versions: matched } = findStatedVersions({ datastores: [], managers }, datastores, [
    orphan,
    { ...versions[0]!, manager: null },
  ])
  assert.deepEqual(
    matched.map(({ datastoreName, version }) => [datastoreName, version?.id]),
    [['gone', orphan.id]],
  )
})

test('versions without an entry are reported if their datastore has one', () => {
  const { untouched } = find(ofDatastore('mysql', stated('8.0')))
  assert.deepEqual(
    untouched.map(({ id }) => id),
    ['my-5.7', 'my-5.7.29'],
  )
})

test('the label of a version includes its number if it differs from the name', () => {
  const labels = [
    ['8.0', '8.0.39'],
    ['7', '7'],
    ['RC', 'rc'],
    ['old', ''],
  ] as const
  assert.deepEqual(
    labels.map(([name, number]) => shortLabel({ name, number })),
    ['8.0 (8.0.39)', '7', 'RC', 'old'],
  )
})
