import assert from 'node:assert/strict'
import { test } from 'node:test'
import { volumeTypeRefusal } from './refusals.ts'

const versionId = '25a45b6f-6c22-4d0a-9f5e-2b1fa2a4d1a7'

const rows = [
  [
    volumeTypeRefusal.volume_type_already_associated({ volumeType: 'ssd', versionId, stored: 'ssd' }),
    409,
    `Datastore version ${versionId} and volume-type ssd mapping already exists.`,
  ],
  [
    volumeTypeRefusal.volume_type_already_associated({ volumeType: 'SSD', versionId, stored: 'ssd' }),
    409,
    `Datastore version ${versionId} and volume-type SSD mapping already exists as 'ssd', which databases that fold case, accents and trailing spaces hold to be the same.`,
  ],
  [
    volumeTypeRefusal.volume_type_not_associated({ volumeType: 'ssd', versionId }),
    404,
    `The volume type ssd is not valid for datastore version ${versionId}.`,
  ],
  [
    volumeTypeRefusal.volume_type_unusable({ volumeType: 'ssd', problem: 'contains a NUL character' }),
    400,
    "The volume type 'ssd' contains a NUL character.",
  ],
  [volumeTypeRefusal.no_volume_types({}), 400, 'No volume type was given.'],
] as const
for (const [refused, status, message] of rows)
  test(`${refused.code} (${status}): ${message}`, () => {
    assert.equal(refused.message, message)
    assert.equal(refused.status, status)
  })
