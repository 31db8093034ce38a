import { columnTextProblem } from '../../model/column-text.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { allowedVolumeTypes } from '../../rules/allowed/volume-type/decide.ts'
import {
  readVolumeTypePolicy,
  restrictsVolumeTypes,
  type VolumeTypePolicy,
  volumeTypeKey,
  volumeTypeKeys,
} from '../../rules/allowed/volume-type/policy-rows.ts'
import { volumeTypeRefusal } from '../../rules/allowed/volume-type/refusals.ts'
import { listedToName, volumeTypesToName } from '../../rules/alternatives.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { addRows, changeRows, deleteRow } from '../datastores/version-metadata-rows.ts'

type Needs = Pick<Ports, 'stores' | 'volumeTypes' | 'clock'>
type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/** The effect of a change of associations. Instances are not touched: volume types are checked when one is created. */
export type VolumeTypeEffect = Readonly<{
  /** Set if the version now restricts volume types and did not before, or the other way round. */
  became: 'restricted' | 'open' | undefined
  typesAllowed: number
  typesFellOut: number
}>

type Change = Readonly<{ versionId: DatastoreVersionId; isDryRun?: boolean }>

/**
 * Associates volume types, by name or id, with a datastore version: all of them or none. Refuses duplicates, and unknown
 * types unless `check` is off. With `ifMissing`, associated types are skipped instead of refused.
 *
 * @param input.isDryRun only tries it, like everywhere below
 * @returns `changes`: whether there was anything to change
 */
export async function associateVolumeTypes(
  { stores, volumeTypes: source, clock }: Needs,
  actor: Actor,
  input: Change & { volumeTypes: readonly string[]; check: boolean; ifMissing?: boolean },
): Promise<{ added: readonly string[]; effect: VolumeTypeEffect; changes: boolean }> {
  const { versionId, volumeTypes } = input
  if (volumeTypes.length === 0) throw volumeTypeRefusal.no_volume_types({})
  for (const volumeType of volumeTypes) {
    const problem = columnTextProblem(volumeType, 128)
    if (problem) throw volumeTypeRefusal.volume_type_unusable({ volumeType, problem })
  }
  const known = await source.list()
  if (input.check) refuseUnknownVolumeTypes(volumeTypes, known)
  const { changed, ...rest } = await withEffect(stores, known, input, stores =>
    addRows(stores, clock, actor, {
      versionId,
      key: volumeTypeKey,
      values: volumeTypes,
      duplicate: (volumeType, stored) =>
        volumeTypeRefusal.volume_type_already_associated({ volumeType, versionId, stored }),
      ifMissing: input.ifMissing,
    }),
  )
  return { added: changed, ...rest }
}

/** Refuses volume types, by name or id, that do not exist. */
export function refuseUnknownVolumeTypes(volumeTypes: readonly string[], known: readonly VolumeType[]): void {
  const unknown = volumeTypes.filter(nameOrId => !volumeTypeNamed(known, nameOrId))
  if (unknown.length === 0) return
  const alternatives = volumeTypesToName(known)
  throw volumeTypeRefusal.volume_types_to_associate_unknown({ volumeTypes: unknown, alternatives })
}

/** Deletes an association. Refuses a volume type that is not associated, unless `ifExists` is set. */
export async function dissociateVolumeType(
  { stores, volumeTypes: source, clock }: Needs,
  actor: Actor,
  input: Change & { volumeType: string; ifExists?: boolean },
): Promise<{ deleted: boolean; effect: VolumeTypeEffect; changes: boolean }> {
  const { versionId, volumeType } = input
  const { changed, ...rest } = await withEffect(stores, await source.list(), input, async stores => {
    const associated = await listVolumeTypeAssociations({ stores }, versionId)
    return deleteRow(stores, clock, actor, {
      versionId,
      key: volumeTypeKey,
      value: volumeType,
      ifExists: input.ifExists,
      missing: async () => {
        const named = await nameVersion(stores, versionId)
        const stored = associated.map(name => ({ id: name, name }))
        const alternatives = listedToName('volume type', stored)
        return volumeTypeRefusal.volume_type_not_associated({ volumeType, versionId, named, alternatives })
      },
    })
  })
  return { deleted: changed, ...rest }
}

/** Lists the associated names and ids in the order in which they were added. */
export async function listVolumeTypeAssociations(
  { stores }: { stores: Pick<Stores, 'metadata'> },
  versionId: DatastoreVersionId,
): Promise<string[]> {
  return (await stores.metadata.list(versionId, volumeTypeKeys)).map(row => row.value)
}

async function withEffect<T>(
  stores: Stores,
  known: readonly VolumeType[],
  { versionId, isDryRun = false }: Change,
  change: (stores: Writable) => Promise<T>,
): Promise<{ changed: T; effect: VolumeTypeEffect; changes: boolean }> {
  const { result, changes } = await changeRows(stores, { versionId, isDryRun }, async stores => {
    const policy = async () => readVolumeTypePolicy(await stores.metadata.list(versionId, volumeTypeKeys))
    const before = await policy()
    const changed = await change(stores)
    return { changed, effect: volumeTypeEffectOf(known, before, await policy()) }
  })
  return { ...result, changes }
}

export function volumeTypeEffectOf(
  known: readonly VolumeType[],
  before: VolumeTypePolicy,
  after: VolumeTypePolicy,
): VolumeTypeEffect {
  const stillAllowed = allowedVolumeTypes(known, after)
  const fellOut = allowedVolumeTypes(known, before).filter(type => !stillAllowed.includes(type))
  const [was, is] = [restrictsVolumeTypes(before), restrictsVolumeTypes(after)]
  return {
    became: was === is ? undefined : is ? 'restricted' : 'open',
    typesAllowed: stillAllowed.length,
    typesFellOut: fellOut.length,
  }
}
