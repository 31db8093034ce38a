import { isVisibleTo } from '../../model/flavor.ts'
import type { DatastoreVersionId, ProjectId } from '../../model/ids.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedVolumeTypes, decideVolumeType } from '../../rules/allowed/volume-type/decide.ts'
import { volumeTypeRefusal } from '../../rules/allowed/volume-type/refusals.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { loadVolumeTypePolicyFor } from './load-volume-type-policy.ts'

/**
 * Returns the volume type for an instance of this version, or refuses. Undefined if neither the request nor the
 * configuration names a type and there is no default type. The decision itself is `decideVolumeType`.
 *
 * @param requestedType a name or id; undefined, null or '' if the request names none
 */
export async function admitVolumeType(
  { stores, volumeTypes, settings }: Pick<Ports, 'stores' | 'volumeTypes' | 'settings'>,
  projectId: ProjectId,
  versionId: DatastoreVersionId,
  requestedType: string | null | undefined,
): Promise<VolumeType | undefined> {
  const usable = (await volumeTypes.list()).filter(type => isVisibleTo(type, projectId))
  const policy = await loadVolumeTypePolicyFor(stores, versionId, usable)
  const verdict = decideVolumeType(requestedType || undefined, usable, policy, settings.defaultVolumeType)
  if (verdict.allowed) return verdict.type
  const volumeType = requestedType || settings.defaultVolumeType
  const named = await nameVersion(stores, versionId)
  const allowed = allowedVolumeTypes(usable, policy)
  const facts = { volumeType, versionId, named, reasons: verdict.reasons, allowed }
  switch (verdict.reasons[0].code) {
    case 'none_left':
      throw volumeTypeRefusal.no_volume_type_left(facts)
    case 'not_given':
      throw volumeTypeRefusal.volume_type_not_given(facts)
    default:
      throw volumeTypeRefusal.volume_type_not_supported(facts)
  }
}
