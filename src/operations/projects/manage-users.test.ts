import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { projectIdOf } from './manage-users.ts'

describe('the project that an operator names', () => {
  const projects = async () => [
    { id: '1f0c', name: 'demo' },
    { id: '2a9b', name: 'Admin' },
    { id: '3c7d', name: '1f0c' },
    { id: '4e5f', name: 'two words' },
  ]
  const rows: [typed: string, id: string][] = [
    ['demo', '1f0c'],
    ['DEMO', '1f0c'],
    ['Admin', '2a9b'],
    ['admin', '2a9b'],
    ['two words', '4e5f'],
    ['2a9b', '2a9b'],
    ['4e5f', '4e5f'],
    // A name comes before an id.
    ['1f0c', '3c7d'],
    // The database may know what the directory does not.
    ['of another Trove', 'of another Trove'],
    ['', ''],
  ]
  for (const [typed, id] of rows)
    test(`'${typed}' is ${id}`, async () => assert.equal(await projectIdOf({ projects }, typed), id))
})
