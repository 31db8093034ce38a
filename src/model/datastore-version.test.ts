import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DatastoreVersion, namedVersion, parseImageTags, versionWords } from './datastore-version.ts'

describe('the column of image tags', () => {
  const rows: [column: string | null, tags: string[]][] = [
    [null, []],
    ['', []],
    [' ', []],
    [',', []],
    ['trove', ['trove']],
    ['trove,mysql', ['trove', 'mysql']],
    ['mysql,trove', ['mysql', 'trove']],
    [' trove , mysql ', ['trove', 'mysql']],
    ['trove,,mysql,', ['trove', 'mysql']],
    ['two words', ['two words']],
  ]
  for (const [column, tags] of rows)
    test(`${JSON.stringify(column)} holds ${JSON.stringify(tags)}`, () =>
      assert.deepEqual(parseImageTags(column), tags))
})

describe('the names of a version', () => {
  const rows: [datastore: string, name: string, number: string, words: string][] = [
    ['mysql', '8.0', '8.0', 'mysql 8.0'],
    ['mysql', '5.7', '5.7.29', 'mysql 5.7 (5.7.29)'],
    ['mysql', '5.7', '5.7.30', 'mysql 5.7 (5.7.30)'],
    ['mysql', '5.7', '5.7', 'mysql 5.7'],
    ['postgresql', '18', '18', 'postgresql 18'],
    ['postgresql', '18', '18.0', 'postgresql 18 (18.0)'],
    ['MariaDB', 'LTS', 'lts', 'MariaDB LTS (lts)'],
    ['my store', 'two words', 'two words', 'my store two words'],
    ['redis', 'é', 'é', 'redis é'],
    ['db', '', '1', 'db  (1)'],
  ]
  for (const [datastore, name, version, words] of rows)
    test(`${name} with the number ${version} is '${words}'`, () => {
      const named = namedVersion({ id: 'd', name: datastore, defaultVersionId: null }, {
        name,
        version,
      } as DatastoreVersion)
      assert.equal(versionWords(named), words)
    })

  test('a version that was removed by hand has none', () =>
    assert.equal(versionWords(undefined), 'this datastore version'))
})
