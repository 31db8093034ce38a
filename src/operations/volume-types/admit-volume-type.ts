import { isVisibleTo } from '../../model/flavor.ts'
import type { DatastoreVersionId, ProjectId } from '../../model/ids.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedVolumeTypes, decideVolumeType } from '../../rules/allowed/volume-type/decide.ts'
import { volumeTypeRefusal } from '../../rules/allowed/volume-type/refusals.ts'
import { loadVolumeTypePolicyFor } from './load-volume-type-policy.ts'

/**
 * The type that the volume of an instance of this version is made of, or the refusal; undefined where neither the request
 * nor the configuration names one and the source of volume types has no default.
 *
 * @param asked a name or an id; nothing, as clients write nothing, when the request leaves it out
 */
export async function admitVolumeType(
  { stores, volumeTypes, settings }: Pick<Ports, 'stores' | 'volumeTypes' | 'settings'>,
  projectId: ProjectId,
  versionId: DatastoreVersionId,
  asked: string | null | undefined,
): Promise<VolumeType | undefined> {
  const usable = (await volumeTypes.list()).filter(type => isVisibleTo(type, projectId))
  const policy = await loadVolumeTypePolicyFor(stores, versionId, usable)
  const verdict = decideVolumeType(asked || undefined, usable, policy, settings.defaultVolumeType)
  if (verdict.allowed) return verdict.type
  const volumeType = asked || settings.defaultVolumeType
  const facts = { volumeType, versionId, reasons: verdict.reasons, allowed: allowedVolumeTypes(usable, policy) }
  switch (verdict.reasons[0].code) {
    case 'none_left':
      throw volumeTypeRefusal.no_volume_type_left(facts)
    case 'not_given':
      throw volumeTypeRefusal.volume_type_not_given(facts)
    default:
      throw volumeTypeRefusal.volume_type_not_supported(facts)
  }
}
