import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseImageTags } from './datastore-version.ts'

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
