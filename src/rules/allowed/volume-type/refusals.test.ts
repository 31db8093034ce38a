import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VolumeType } from '../../../model/volume-type.ts'
import { listedToName, volumeTypesToName } from '../../alternatives.ts'
import type { VolumeTypeReason } from './decide.ts'
import { volumeTypeRefusal } from './refusals.ts'

const versionId = '25a45b6f-6c22-4d0a-9f5e-2b1fa2a4d1a7'

const type = (name: string): VolumeType => ({
  id: `id-${name}`,
  name,
  description: null,
  isDefault: false,
  isPublic: true,
  projects: [],
})
const refusing = (code: VolumeTypeReason['code'], allowed: readonly string[], volumeType?: string) => ({
  volumeType,
  versionId,
  named: { datastore: 'mysql', version: '5.7', number: '5.7.29' },
  reasons: [{ code }],
  allowed: allowed.map(type),
})

const rows = [
  [
    volumeTypeRefusal.volume_type_not_supported(refusing('not_associated', ['fast'], 'slow')),
    400,
    `The volume type slow is not valid for datastore version ${versionId}. It is not on the list of mysql 5.7 (5.7.29). Suitable volume types: fast.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_supported(refusing('unknown', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'x')),
    400,
    `The volume type x is not valid for datastore version ${versionId}. No volume type with this name or id was found. Suitable volume types: a, b, c, d, e, and 2 more.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_supported(refusing('unknown', ['a', 'b', 'c', 'd', 'e'], 'x')),
    400,
    `The volume type x is not valid for datastore version ${versionId}. No volume type with this name or id was found. Suitable volume types: a, b, c, d, e.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_supported(refusing('unknown', [], 'x')),
    400,
    `The volume type x is not valid for datastore version ${versionId}. No volume type with this name or id was found. None of the volume types available to your project is suitable.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_given(refusing('not_given', ['fast', 'slow'])),
    400,
    `Only specific volume types are allowed for a datastore version ${versionId}. You must specify a valid volume type. Suitable volume types: fast, slow.`,
  ],
  [
    volumeTypeRefusal.no_volume_type_left(refusing('none_left', [], 'fast')),
    400,
    `No valid volume types could be found for datastore version ${versionId}. None of the volume types on the list of mysql 5.7 (5.7.29) is available to your project; contact your cloud operator.`,
  ],
  [
    volumeTypeRefusal.volume_type_unknown({ volumeType: 'x', alternatives: volumeTypesToName([type('fast')]) }),
    404,
    'Resource x cannot be found. Volume types: fast.',
  ],
  [
    volumeTypeRefusal.volume_types_to_associate_unknown({
      volumeTypes: ['x', 'fats'],
      alternatives: volumeTypesToName([type('fast')]),
    }),
    400,
    "Unknown volume types: 'x', 'fats'. Did you mean 'fast'?",
  ],
  [
    volumeTypeRefusal.volume_type_already_associated({ volumeType: 'ssd', versionId, stored: 'ssd' }),
    400,
    `Datastore version ${versionId} and volume-type ssd mapping already exists.`,
  ],
  [
    volumeTypeRefusal.volume_type_already_associated({ volumeType: 'SSD', versionId, stored: 'ssd' }),
    400,
    `Datastore version ${versionId} and volume-type SSD mapping already exists as 'ssd', which is the same for databases that ignore case, accents and trailing spaces.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_associated({
      volumeType: 'ssd',
      versionId,
      named: undefined,
      alternatives: listedToName('volume type', [{ id: 'fast', name: 'fast' }]),
    }),
    404,
    `The volume type ssd is not valid for datastore version ${versionId}. It is not on the list of this datastore version. On the list: fast.`,
  ],
  [
    volumeTypeRefusal.volume_type_unusable({ volumeType: 'ssd', problem: 'contains a NUL character' }),
    400,
    "Invalid volume type 'ssd': it contains a NUL character.",
  ],
  [volumeTypeRefusal.no_volume_types({}), 400, 'At least one volume type is required.'],
] as const
for (const [refused, status, message] of rows)
  test(`${refused.code} (${status}): ${message}`, () => {
    assert.equal(refused.message, message)
    assert.equal(refused.status, status)
  })

test('a list of types where one is expected gets a hint', () => {
  const hint = (volumeType: string) =>
    volumeTypeRefusal.volume_type_not_associated({
      volumeType,
      versionId,
      named: undefined,
      alternatives: listedToName('volume type', []),
    }).hint
  assert.equal(hint('fast,slow'), 'Specify one volume type at a time.')
  assert.equal(hint('fast'), 'Nothing was changed.')
})

test('a refused type also gives data: at most fifty suitable types', () => {
  const many = Array.from({ length: 60 }, (_, index) => `type-${index}`)
  const { data } = volumeTypeRefusal.volume_type_not_supported(refusing('not_associated', many, 'slow'))
  assert.deepEqual(data?.reasons, [{ code: 'not_associated' }])
  const allowed = data?.allowed_volume_types as object[]
  assert.deepEqual(allowed[0], { id: 'id-type-0', name: 'type-0' })
  assert.equal(allowed.length, 50)
})
