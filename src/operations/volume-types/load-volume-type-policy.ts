import type { DatastoreVersionId } from '../../model/ids.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  readVolumeTypePolicy,
  type VolumeTypePolicy,
  volumeTypeKey,
} from '../../rules/allowed/volume-type/policy-rows.ts'

/**
 * Loads the part of a version's volume type policy that is needed to judge these types: the associations with them, and one
 * more, because apart from them only the existence of any association matters.
 */
export async function loadVolumeTypePolicyFor(
  { metadata }: Pick<Stores, 'metadata'>,
  versionId: DatastoreVersionId,
  types: readonly VolumeType[],
): Promise<VolumeTypePolicy> {
  const keys = [volumeTypeKey]
  const any = await metadata.brief(versionId, { keys, limit: 1 })
  if (any.length === 0) return readVolumeTypePolicy([])
  const values = [...new Set(types.flatMap(({ id, name }) => [id, name]))]
  return readVolumeTypePolicy([...any, ...(await metadata.brief(versionId, { keys, values }))])
}
