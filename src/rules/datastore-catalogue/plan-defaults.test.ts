import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { versionWith } from '../../../test/fixtures/datastore-version.ts'
import type { StatedProperties } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { MatchedVersion } from './find-stated-versions.ts'
import { planDefaults } from './plan-defaults.ts'

const version = (name: string, active: boolean) => versionWith({ id: name, datastoreId: 'my', name, active })
const [old, now, off] = [version('5.7', true), version('8.0', true), version('5.6', false)]

const match = (
  version: DatastoreVersion | string,
  isDefault?: boolean,
  properties: StatedProperties = {},
): MatchedVersion => {
  const name = typeof version === 'string' ? version : version.name
  const one = typeof version === 'string' ? undefined : version
  return {
    line: 1,
    datastoreName: 'mysql',
    name,
    number: name,
    version: one,
    isDefault,
    properties,
    policy: {},
    waivers: undefined,
    minimum: undefined,
  }
}

const plan = (defaultVersionId: string | null, ...stated: MatchedVersion[]) => {
  const { changes, inactive } = planDefaults(stated, [{ id: 'my', name: 'mysql', defaultVersionId }], [old, now, off])
  return { changes: changes.map(({ from, to }) => [from, to]), inactive }
}

describe('the default version', () => {
  const rows: [guarantee: string, before: string | null, MatchedVersion[], changes: (string | null)[][]][] = [
    ['stays if the file does not mention it', '5.7', [match(now)], []],
    ['stays if the file states the present one', '5.7', [match(old, true), match(now, false)], []],
    ['becomes another one', '5.7', [match(old, false), match(now, true)], [['5.7', '8.0']]],
    ['becomes another one if the file does not mention the old one', '5.7', [match(now, true)], [['5.7', '8.0']]],
    ['becomes a new version', null, [match('9', true)], [[null, '9']]],
    ['becomes none if the file states that it is not the default', '5.7', [match(old, false)], [['5.7', null]]],
    ['stays if the file only states that others are not the default', '5.7', [match(now, false)], []],
    ['stays missing if the file only states that others are not the default', 'gone', [match(now, false)], []],
    ['can be replaced if it is missing', 'gone', [match(now, true)], [['gone', '8.0']]],
  ]
  for (const [guarantee, before, stated, changes] of rows)
    test(guarantee, () => assert.deepEqual(plan(before, ...stated).changes, changes))
})

test('a new datastore gets a default version, where it had none', () => {
  const { changes } = planDefaults([match('9', true)], [], [])
  assert.deepEqual(
    changes.map(({ from, to }) => [from, to]),
    [[null, '9']],
  )
})

describe('an inactive default version is reported', () => {
  const rows: [when: string, before: string | null, MatchedVersion[], isReported: boolean][] = [
    ['when it becomes the default', null, [match(off, true)], true],
    ['when it is created', null, [match('9', true, { active: false })], true],
    ['not when it is created, because it is active', null, [match('9', true)], false],
    ['when it is deactivated', '5.7', [match(old, undefined, { active: false })], true],
    ['not if it was inactive before', '5.6', [match(off, true)], false],
    ['not when it is activated', '5.6', [match(off, true, { active: true })], false],
    ['not for a version that is no longer the default', '5.7', [match(old, false, { active: false })], false],
  ]
  for (const [when, before, stated, isReported] of rows)
    test(when, () => assert.deepEqual(plan(before, ...stated).inactive, isReported ? ['mysql'] : []))
})
