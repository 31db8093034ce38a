import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { passes } from './policy-check.ts'

describe('a path into the attributes of a caller', () => {
  const reaches = (credentials: Readonly<Record<string, unknown>>, path: readonly string[], expected: string) =>
    passes({ kind: 'attribute', path, is: [expected] }, { credentials, target: {}, ruleOf: () => undefined })

  const table: readonly [
    guarantee: string,
    credentials: Record<string, unknown>,
    path: string[],
    expected: string,
    boolean,
  ][] = [
    ['leads through objects', { user: { id: 'ann' } }, ['user', 'id'], 'ann', true],
    ['leads to any entry of a list', { teams: [{ id: 1 }, { id: 2 }] }, ['teams', 'id'], '2', true],
    ['ends at a text, which has no attributes', { user: 'text' }, ['user', 'length'], '4', false],
    ['ends where there is no value', { user: null }, ['user', 'id'], 'None', false],
    ['does not find inherited properties', { user: {} }, ['user', 'constructor'], 'None', false],
  ]
  for (const [guarantee, credentials, path, expected, isThere] of table)
    test(guarantee, () => assert.equal(reaches(credentials, path, expected), isThere))
})
