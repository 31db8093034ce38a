import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StatedProperties } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { FoundVersion } from './find-stated-versions.ts'
import { planDefaults } from './plan-defaults.ts'

const version = (name: string, active: boolean): DatastoreVersion => ({
  id: name,
  datastoreId: 'my',
  name,
  version: name,
  manager: 'mysql',
  imageId: null,
  imageTags: [],
  packages: null,
  active,
  registryExt: null,
  replStrategy: null,
})
const [old, now, off] = [version('5.7', true), version('8.0', true), version('5.6', false)]

const found = (
  version: DatastoreVersion | string,
  isDefault?: boolean,
  properties: StatedProperties = {},
): FoundVersion => {
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
    minimum: undefined,
  }
}

const plan = (defaultVersionId: string | null, ...stated: FoundVersion[]) => {
  const { changes, inactive } = planDefaults(stated, [{ id: 'my', name: 'mysql', defaultVersionId }], [old, now, off])
  return { changes: changes.map(({ from, to }) => [from, to]), inactive }
}

describe('the default version', () => {
  const rows: [guarantee: string, before: string | null, FoundVersion[], changes: (string | null)[][]][] = [
    ['stays where nothing is said of it', '5.7', [found(now)], []],
    ['stays where it is said to be what it is', '5.7', [found(old, true), found(now, false)], []],
    ['becomes another one', '5.7', [found(old, false), found(now, true)], [['5.7', '8.0']]],
    ['becomes another one where the file does not name the old one', '5.7', [found(now, true)], [['5.7', '8.0']]],
    ['becomes one that is made', null, [found('9', true)], [[null, '9']]],
    ['becomes none where it is said not to be', '5.7', [found(old, false)], [['5.7', null]]],
    ['stays where only others are said not to be', '5.7', [found(now, false)], []],
    ['that is gone stays so where others are said not to be', 'gone', [found(now, false)], []],
    ['that is gone makes room', 'gone', [found(now, true)], [['gone', '8.0']]],
  ]
  for (const [guarantee, before, stated, changes] of rows)
    test(guarantee, () => assert.deepEqual(plan(before, ...stated).changes, changes))
})

describe('that a default version is inactive is told', () => {
  const rows: [when: string, before: string | null, FoundVersion[], told: boolean][] = [
    ['when it becomes the default', null, [found(off, true)], true],
    ['when it is made', null, [found('9', true, { active: false })], true],
    ['when it is switched off', '5.7', [found(old, undefined, { active: false })], true],
    ['not when it was so before', '5.6', [found(off, true)], false],
    ['not when it is switched on', '5.6', [found(off, true, { active: true })], false],
    ['not of one that ceases to be the default', '5.7', [found(old, false, { active: false })], false],
  ]
  for (const [when, before, stated, told] of rows)
    test(when, () => assert.deepEqual(plan(before, ...stated).inactive, told ? ['mysql'] : []))
})
