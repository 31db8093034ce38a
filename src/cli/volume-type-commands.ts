import { parseList } from '../allowed/plan-association.ts'
import { associateVolumeTypes, dissociateVolumeType, listVolumeTypes } from '../operations/associate-volume-types.ts'
import type { Command } from './command.ts'
import { namedVersion } from './flavor-commands.ts'

type Run = Command['run']

export const volumeTypeAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  const volumeTypes = parseList(args.volume_type_ids!)
  await associateVolumeTypes(ports, context.actor, { versionId: version.id, volumeTypes })
  return [
    `Added volume type '${args.volume_type_ids}' to the '${args.datastore_name}' '${args.datastore_version_name}'.`,
  ]
}

export const volumeTypeDelete: Run = async (context, input) => {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  await dissociateVolumeType(ports, context.actor, { versionId: version.id, volumeType: args.volume_type_id! })
  return [
    `Deleted volume type '${args.volume_type_id}' from '${args.datastore_name}' '${args.datastore_version_name}'.`,
  ]
}

export const volumeTypeList: Run = async (context, input) => {
  const ports = await context.ports()
  const { datastore_name: datastore, datastore_version_name: name } = input.args
  const volumeTypes = await listVolumeTypes(ports, (await namedVersion(ports.stores, input)).id)
  if (input.options.format !== undefined) return { columns: ['Volume Type'], rows: volumeTypes.map(type => [type]) }
  return volumeTypes.length === 0
    ? [`No Volume Type Associations found for Datastore: ${datastore}, Version: ${name}.`]
    : volumeTypes.map(type => `Datastore: ${datastore}, Version: ${name}, Volume Type: ${type}`)
}
