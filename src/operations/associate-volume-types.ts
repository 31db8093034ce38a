import { volumeTypeKey } from '../allowed/volume-type/keys.ts'
import { volumeTypeRefusal } from '../allowed/volume-type/refusals.ts'
import { columnTextProblem } from '../model/column-text.ts'
import type { DatastoreVersionId } from '../model/ids.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import { addRows, deleteRow } from './version-metadata-rows.ts'

type Needs = Pick<Ports, 'stores' | 'clock'>

/** Associates volume types, by name or id, with a datastore version: all of them or none. */
export async function associateVolumeTypes(
  { stores, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; volumeTypes: readonly string[] },
): Promise<void> {
  const { versionId, volumeTypes } = input
  if (volumeTypes.length === 0) throw volumeTypeRefusal.no_volume_types({})
  for (const volumeType of volumeTypes) {
    const problem = columnTextProblem(volumeType, 128)
    if (problem) throw volumeTypeRefusal.volume_type_unusable({ volumeType, problem })
  }
  await stores.transaction(stores =>
    addRows(stores, clock, actor, {
      versionId,
      key: volumeTypeKey,
      values: volumeTypes,
      duplicate: (volumeType, stored) =>
        volumeTypeRefusal.volume_type_already_associated({ volumeType, versionId, stored }),
    }),
  )
}

export async function dissociateVolumeType(
  { stores, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; volumeType: string },
): Promise<void> {
  const { versionId, volumeType } = input
  await stores.transaction(stores =>
    deleteRow(stores, clock, actor, {
      versionId,
      key: volumeTypeKey,
      value: volumeType,
      missing: () => volumeTypeRefusal.volume_type_not_associated({ volumeType, versionId }),
    }),
  )
}

/** The associated volume types, in the order they were associated. */
export async function listVolumeTypes(
  { stores }: Pick<Ports, 'stores'>,
  versionId: DatastoreVersionId,
): Promise<string[]> {
  return (await stores.metadata.list(versionId, [volumeTypeKey])).map(row => row.value)
}
