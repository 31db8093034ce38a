import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { passes } from './policy-check.ts'

describe('a path into what is known of somebody', () => {
  const reaches = (credentials: Readonly<Record<string, unknown>>, path: readonly string[], wanted: string) =>
    passes({ kind: 'attribute', path, is: [wanted] }, { credentials, target: {}, ruleOf: () => undefined })

  const table: readonly [
    what: string,
    credentials: Record<string, unknown>,
    path: string[],
    wanted: string,
    boolean,
  ][] = [
    ['leads through objects', { user: { id: 'ann' } }, ['user', 'id'], 'ann', true],
    ['leads to any entry of a list', { teams: [{ id: 1 }, { id: 2 }] }, ['teams', 'id'], '2', true],
    ['ends at a text, which has no parts', { user: 'text' }, ['user', 'length'], '4', false],
    ['ends where there is nothing', { user: null }, ['user', 'id'], 'None', false],
    ['finds nothing that an object only inherits', { user: {} }, ['user', 'constructor'], 'None', false],
  ]
  for (const [what, credentials, path, wanted, isThere] of table)
    test(what, () => assert.equal(reaches(credentials, path, wanted), isThere))
})
