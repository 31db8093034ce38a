import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { metadataRow } from '../../../../test/fixtures/metadata-row.ts'
import type { VolumeType } from '../../../model/volume-type.ts'
import { allowedVolumeTypes, decideVolumeType, type VolumeTypeReason } from './decide.ts'
import { readVolumeTypePolicy, type VolumeTypePolicy } from './policy-rows.ts'

const volumeType = (name: string, facts: Partial<VolumeType> = {}): VolumeType => ({
  id: `id-of-${name}`,
  name,
  description: null,
  isDefault: name === 'standard',
  isPublic: true,
  projects: [],
  ...facts,
})

const types = ['fast', 'slow', 'standard'].map(name => volumeType(name))
const only = (...associated: string[]): VolumeTypePolicy => ({ associated: new Set(associated) })
const open = only()

type Case = {
  asked?: string
  configured?: string
  policy: VolumeTypePolicy
  usable?: readonly VolumeType[]
}
const verdictOf = ({ asked, usable = types, policy, configured }: Case) =>
  decideVolumeType(asked, usable, policy, configured)

describe('allowed, and of which type', () => {
  const rows: [guarantee: string, given: Case, type: string | undefined][] = [
    ['without associations, what was asked for', { asked: 'slow', policy: open }, 'slow'],
    ['… by its id as well', { asked: 'id-of-slow', policy: open }, 'slow'],
    ['without associations and without a type, the default', { policy: open }, 'standard'],
    ['… or the configured one', { configured: 'fast', policy: open }, 'fast'],
    ['… but what was asked for wins over it', { asked: 'slow', configured: 'fast', policy: open }, 'slow'],
    [
      '… and where there is no default, whoever makes volumes decides',
      { usable: [types[0]!], policy: open },
      undefined,
    ],
    ['an associated one', { asked: 'fast', policy: only('fast', 'slow') }, 'fast'],
    ['one that is associated by its id', { asked: 'fast', policy: only('id-of-fast') }, 'fast'],
    ['an associated one that is asked for by its id', { asked: 'id-of-fast', policy: only('fast') }, 'fast'],
    [
      'a name wins over an id',
      { asked: 'id-of-slow', usable: [...types, volumeType('id-of-slow')], policy: open },
      'id-of-slow',
    ],
  ]
  for (const [guarantee, given, type] of rows)
    test(guarantee, () => {
      const verdict = verdictOf(given)
      assert.ok(verdict.allowed, JSON.stringify(verdict))
      assert.equal(verdict.type?.name, type)
      assert.deepEqual(verdict.reasons, [])
    })
})

describe('refused, and why', () => {
  const rows: [guarantee: string, given: Case, code: VolumeTypeReason['code']][] = [
    ['one that is not associated', { asked: 'slow', policy: only('fast') }, 'not_associated'],
    ['one that does not exist', { asked: 'nosuch', policy: open }, 'unknown'],
    ['… associated or not', { asked: 'gone', policy: only('fast', 'gone') }, 'unknown'],
    ['one in another case: names are exact', { asked: 'Fast', policy: open }, 'unknown'],
    ['none where the version restricts them', { policy: only('fast') }, 'not_given'],
    [
      '… even where one is configured: Trove asks the request',
      { configured: 'fast', policy: only('fast') },
      'not_given',
    ],
    ['any where nothing that is associated exists', { asked: 'fast', policy: only('gone') }, 'none_left'],
    ['none there, either', { policy: only('gone') }, 'none_left'],
    [
      'any where the project may use nothing that is associated',
      { asked: 'slow', usable: types.slice(1), policy: only('fast') },
      'none_left',
    ],
    ['a configured one that does not exist', { configured: 'nosuch', policy: open }, 'unknown'],
  ]
  for (const [guarantee, given, code] of rows)
    test(guarantee, () => assert.deepEqual(verdictOf(given), { allowed: false, reasons: [{ code }] }))
})

describe('the rows that are read', () => {
  const row = (value: string, facts: object = {}) =>
    metadataRow('volume_type', value, { id: value, versionId: 'v', ...facts })
  test('live ones of this key, and no others', () => {
    const rows = [row('fast'), row('slow', { deleted: true }), row('2', { key: 'flavor' })]
    assert.deepEqual(readVolumeTypePolicy(rows), only('fast'))
  })
})

const name = fc.constantFrom('a', 'b', 'c', 'd')
const someTypes = fc.uniqueArray(name).map(names => names.map(name => volumeType(name, { isDefault: name === 'a' })))
const policies = fc
  .uniqueArray(
    fc.oneof(
      name,
      name.map(name => `id-of-${name}`),
      fc.constant('gone'),
    ),
  )
  .map(all => only(...all))

test('what is listed as allowed is what is allowed when it is asked for, and nothing else', () => {
  fc.assert(
    fc.property(someTypes, policies, (types, policy) => {
      const allowed = types.filter(type => decideVolumeType(type.name, types, policy, undefined).allowed)
      assert.deepEqual(allowedVolumeTypes(types, policy), allowed)
    }),
  )
})

test('one more association never takes a type away from a version that has some', () => {
  fc.assert(
    fc.property(someTypes, policies, name, (types, policy, more) => {
      fc.pre(policy.associated.size > 0)
      const wider = only(...policy.associated, more)
      for (const type of allowedVolumeTypes(types, policy)) assert.ok(allowedVolumeTypes(types, wider).includes(type))
    }),
  )
})

test('the volume is of a type that the project may use, and that the policy allows', () => {
  fc.assert(
    fc.property(
      fc.option(name, { nil: undefined }),
      someTypes,
      policies,
      fc.option(name, { nil: undefined }),
      (asked, usable, policy, configured) => {
        const verdict = decideVolumeType(asked, usable, policy, configured)
        if (verdict.allowed && verdict.type) assert.ok(allowedVolumeTypes(usable, policy).includes(verdict.type))
        if (verdict.allowed && asked !== undefined) assert.equal(verdict.type?.name, asked)
      },
    ),
  )
})
