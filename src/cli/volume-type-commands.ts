import {
  associateVolumeTypes,
  dissociateVolumeType,
  listVolumeTypeAssociations,
  type VolumeTypeEffect,
} from '../operations/volume-types/associate-volume-types.ts'
import { parseList } from '../rules/version-rows/plan-association.ts'
import type { Command, Context, Input } from './command.ts'
import { counted } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

export const allVolumeTypes: Run = async context => ({
  columns: ['ID', 'Name', 'Default', 'Projects', 'Description'],
  rows: (await context.sources().volumeTypes.list()).map(type => [
    type.id,
    type.name,
    type.isDefault,
    type.isPublic ? 'all' : type.projects.join(','),
    type.description,
  ]),
})

/** The effect of the first and the last association. From the first one on, requests that name no volume type are refused. */
export function volumeTypeWords({ became, typesAllowed, typesFellOut }: VolumeTypeEffect): string[] {
  if (became === 'restricted') {
    const noLongerAllowed =
      typesFellOut === 0
        ? 'The same volume types are allowed as before'
        : `${counted(typesFellOut, 'volume type is', 'volume types are')} no longer allowed`
    return [
      'This is the first association: until now, the version accepted every volume type, and requests without a volume type; requests must now name one.',
      `${noLongerAllowed}; existing volumes do not change.`,
    ]
  }
  if (became === 'open')
    return [
      `That was the last association: the version now accepts every volume type (currently ${typesAllowed}), and requests without a volume type.`,
    ]
  return []
}

export const volumeTypeAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const version = await namedVersion(ports.stores, input)
  const volumeTypes = parseList(args.volume_type_ids!)
  const { added, effect } = await associateVolumeTypes(ports, context.actor, {
    versionId: version.id,
    volumeTypes,
    check: options.check !== false,
    ifMissing: isIfMissing(input),
  })
  const existing = volumeTypes.filter(type => !added.includes(type))
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  return [
    ...(added.length > 0
      ? [`Added volume type '${existing.length > 0 ? added : args.volume_type_ids}' to the ${versionWords}.`]
      : []),
    ...(existing.length > 0 ? [`Already associated with the ${versionWords}: '${existing}'.`] : []),
    ...volumeTypeWords(effect),
  ]
}

export const volumeTypeDelete: Run = (context, input) => deleteIfExists(input, () => deleteVolumeType(context, input))

async function deleteVolumeType(context: Context, input: Input): Promise<readonly string[]> {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  const change = { versionId: version.id, volumeType: args.volume_type_id!, ifExists: isIfExists(input) }
  const { deleted, effect } = await dissociateVolumeType(ports, context.actor, change)
  if (!deleted) return [`Not associated with the ${versionWords}: '${args.volume_type_id}'.`]
  return [`Deleted volume type '${args.volume_type_id}' from ${versionWords}.`, ...volumeTypeWords(effect)]
}

export const volumeTypeList: Run = async (context, input) => {
  const ports = await context.ports()
  const { datastore_name: datastore, datastore_version_name: name } = input.args
  const volumeTypes = await listVolumeTypeAssociations(ports, (await namedVersion(ports.stores, input)).id)
  if (input.options.format !== undefined) return { columns: ['Volume Type'], rows: volumeTypes.map(type => [type]) }
  return volumeTypes.length === 0
    ? [`No Volume Type Associations found for Datastore: ${datastore}, Version: ${name}.`]
    : volumeTypes.map(type => `Datastore: ${datastore}, Version: ${name}, Volume Type: ${type}`)
}
