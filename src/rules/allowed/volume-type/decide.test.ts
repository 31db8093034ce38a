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
  requested?: string
  configured?: string
  policy: VolumeTypePolicy
  usable?: readonly VolumeType[]
}
const verdictOf = ({ requested, usable = types, policy, configured }: Case) =>
  decideVolumeType(requested, usable, policy, configured)

describe('allowed, with the type', () => {
  const rows: [guarantee: string, request: Case, type: string | undefined][] = [
    ['without associations, the requested one', { requested: 'slow', policy: open }, 'slow'],
    ['… also by its id', { requested: 'id-of-slow', policy: open }, 'slow'],
    ['without associations and without a requested type, the default', { policy: open }, 'standard'],
    ['… or the configured one', { configured: 'fast', policy: open }, 'fast'],
    ['… but the requested one takes precedence', { requested: 'slow', configured: 'fast', policy: open }, 'slow'],
    ['… and without a default, the volume service decides', { usable: [types[0]!], policy: open }, undefined],
    ['an associated one', { requested: 'fast', policy: only('fast', 'slow') }, 'fast'],
    ['one that is associated by its id', { requested: 'fast', policy: only('id-of-fast') }, 'fast'],
    ['an associated one that is requested by its id', { requested: 'id-of-fast', policy: only('fast') }, 'fast'],
    [
      'a name takes precedence over an id',
      { requested: 'id-of-slow', usable: [...types, volumeType('id-of-slow')], policy: open },
      'id-of-slow',
    ],
  ]
  for (const [guarantee, request, type] of rows)
    test(guarantee, () => {
      const verdict = verdictOf(request)
      assert.ok(verdict.allowed, JSON.stringify(verdict))
      assert.equal(verdict.type?.name, type)
      assert.deepEqual(verdict.reasons, [])
    })
})

describe('refused, with the reason', () => {
  const rows: [guarantee: string, request: Case, code: VolumeTypeReason['code']][] = [
    ['one that is not associated', { requested: 'slow', policy: only('fast') }, 'not_associated'],
    ['an unknown one', { requested: 'nosuch', policy: open }, 'unknown'],
    ['… even if it is associated', { requested: 'gone', policy: only('fast', 'gone') }, 'unknown'],
    ['one in another letter case: names must match exactly', { requested: 'Fast', policy: open }, 'unknown'],
    ['a request without a type, if the version restricts them', { policy: only('fast') }, 'not_given'],
    [
      '… even if one is configured: Trove requires it in the request',
      { configured: 'fast', policy: only('fast') },
      'not_given',
    ],
    ['every request if no associated type exists', { requested: 'fast', policy: only('gone') }, 'none_left'],
    ['also a request without a type', { policy: only('gone') }, 'none_left'],
    [
      'every request if the project may use no associated type',
      { requested: 'slow', usable: types.slice(1), policy: only('fast') },
      'none_left',
    ],
    ['an unknown configured one', { configured: 'nosuch', policy: open }, 'unknown'],
  ]
  for (const [guarantee, request, code] of rows)
    test(guarantee, () => assert.deepEqual(verdictOf(request), { allowed: false, reasons: [{ code }] }))
})

describe('the rows that are read', () => {
  const row = (value: string, facts: object = {}) =>
    metadataRow('volume_type', value, { id: value, versionId: 'v', ...facts })
  test('only live ones with this key', () => {
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

test('exactly the types in the list of allowed types are allowed in a request', () => {
  fc.assert(
    fc.property(someTypes, policies, (types, policy) => {
      const allowed = types.filter(type => decideVolumeType(type.name, types, policy, undefined).allowed)
      assert.deepEqual(allowedVolumeTypes(types, policy), allowed)
    }),
  )
})

test('another association never removes a type from a version that has some', () => {
  fc.assert(
    fc.property(someTypes, policies, name, (types, policy, more) => {
      fc.pre(policy.associated.size > 0)
      const wider = only(...policy.associated, more)
      for (const type of allowedVolumeTypes(types, policy)) assert.ok(allowedVolumeTypes(types, wider).includes(type))
    }),
  )
})

test('the type of the volume is one that the project may use and the policy allows', () => {
  fc.assert(
    fc.property(
      fc.option(name, { nil: undefined }),
      someTypes,
      policies,
      fc.option(name, { nil: undefined }),
      (requested, usable, policy, configured) => {
        const verdict = decideVolumeType(requested, usable, policy, configured)
        if (verdict.allowed && verdict.type) assert.ok(allowedVolumeTypes(usable, policy).includes(verdict.type))
        if (verdict.allowed && requested !== undefined) assert.equal(verdict.type?.name, requested)
      },
    ),
  )
})
