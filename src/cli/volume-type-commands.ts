import {
  associateVolumeTypes,
  dissociateVolumeType,
  listVolumeTypeAssociations,
  type VolumeTypeEffect,
} from '../operations/volume-types/associate-volume-types.ts'
import { parseList } from '../rules/version-rows/plan-association.ts'
import type { Command } from './command.ts'
import { namedVersion } from './flavor-commands.ts'

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

/** The change of a whole version, said aloud: requests that name no type are turned away from the first one on. */
function effectWords({ became, typesAllowed, typesFellOut }: VolumeTypeEffect): string[] {
  if (became === 'restricted') {
    const fellOut = typesFellOut === 0 ? 'No' : typesFellOut
    return [
      'This is its first association: it accepted every volume type until now, and requests that named none; they must name one now.',
      `${fellOut} volume ${typesFellOut === 1 ? 'type' : 'types'} fell out; volumes that exist stay as they are.`,
    ]
  }
  if (became === 'open')
    return [
      `That was its last association: it now accepts every volume type (${typesAllowed} at present), and requests that name none.`,
    ]
  return []
}

export const volumeTypeAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const version = await namedVersion(ports.stores, input)
  const effect = await associateVolumeTypes(ports, context.actor, {
    versionId: version.id,
    volumeTypes: parseList(args.volume_type_ids!),
    check: options.check !== false,
  })
  return [
    `Added volume type '${args.volume_type_ids}' to the '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...effectWords(effect),
  ]
}

export const volumeTypeDelete: Run = async (context, input) => {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  const change = { versionId: version.id, volumeType: args.volume_type_id! }
  const effect = await dissociateVolumeType(ports, context.actor, change)
  return [
    `Deleted volume type '${args.volume_type_id}' from '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...effectWords(effect),
  ]
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
