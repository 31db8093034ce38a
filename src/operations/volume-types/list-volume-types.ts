import type { Caller } from '../../model/caller.ts'
import { isVisibleTo } from '../../model/flavor.ts'
import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedVolumeTypes } from '../../rules/allowed/volume-type/decide.ts'
import { volumeTypeRefusal } from '../../rules/allowed/volume-type/refusals.ts'
import { volumeTypesToName } from '../../rules/alternatives.ts'
import { findVersionNamedInUrl } from '../datastores/find-datastore-version.ts'
import { loadVolumeTypePolicyFor } from './load-volume-type-policy.ts'

type Needs = Pick<Ports, 'stores' | 'volumeTypes'>

/** Lists the volume types that the caller's project may use. */
export async function listVolumeTypes(
  { volumeTypes }: Pick<Ports, 'volumeTypes'>,
  caller: Caller,
): Promise<VolumeType[]> {
  return (await volumeTypes.list()).filter(type => isVisibleTo(type, caller.projectId))
}

/** Shows one of them, by id or name. Refuses with `volume_type_unknown`. */
export async function showVolumeType(
  ports: Pick<Ports, 'volumeTypes'>,
  caller: Caller,
  idOrName: string,
): Promise<VolumeType> {
  const usable = await listVolumeTypes(ports, caller)
  const type = volumeTypeNamed(usable, idOrName)
  if (type) return type
  throw volumeTypeRefusal.volume_type_unknown({ volumeType: idOrName, alternatives: volumeTypesToName(usable) })
}

/** Lists the volume types that a datastore version allows and the caller's project may use. */
export async function listVersionVolumeTypes(
  ports: Needs,
  caller: Caller,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<VolumeType[]> {
  const version = await findVersionNamedInUrl(ports.stores, caller, datastoreIdOrName, versionIdOrName)
  const usable = await listVolumeTypes(ports, caller)
  return allowedVolumeTypes(usable, await loadVolumeTypePolicyFor(ports.stores, version.id, usable))
}
