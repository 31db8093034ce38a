import {
  associateVolumeTypes,
  dissociateVolumeType,
  listVolumeTypeAssociations,
} from '../operations/volume-types/associate-volume-types.ts'
import { parseList } from '../rules/version-rows/plan-association.ts'
import type { Command, Context, Input, Output } from './command.ts'
import { dryRunOutput, isDryRun, moodOf } from './dry-run.ts'
import { verbs, volumeTypeWords } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

export const allVolumeTypes: Run = async context => {
  const { volumeTypes } = await context.sources()
  return {
    columns: ['ID', 'Name', 'Default', 'Projects', 'Description'],
    rows: (await volumeTypes.list()).map(type => [
      type.id,
      type.name,
      type.isDefault,
      type.isPublic ? 'all' : type.projects.join(','),
      type.description,
    ]),
  }
}

export const volumeTypeAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const version = await namedVersion(ports.stores, input)
  const volumeTypes = parseList(args.volume_type_ids!)
  const { added, effect, changes } = await associateVolumeTypes(ports, context.actor, {
    versionId: version.id,
    volumeTypes,
    check: options.check !== false,
    ifMissing: isIfMissing(input),
    isDryRun: isDryRun(input),
  })
  const existing = volumeTypes.filter(type => !added.includes(type))
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  const mood = moodOf(input)
  const lines = [
    ...(added.length > 0
      ? [
          `${verbs.add[mood]} volume type '${existing.length > 0 ? added : args.volume_type_ids}' to the ${versionWords}.`,
        ]
      : []),
    ...(existing.length > 0 ? [`Already associated with the ${versionWords}: '${existing}'.`] : []),
    ...volumeTypeWords(effect, mood),
  ]
  return dryRunOutput(lines, isDryRun(input), changes)
}

export const volumeTypeDelete: Run = (context, input) => deleteIfExists(input, () => deleteVolumeType(context, input))

async function deleteVolumeType(context: Context, input: Input): Promise<Output> {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  const change = {
    versionId: version.id,
    volumeType: args.volume_type_id!,
    ifExists: isIfExists(input),
    isDryRun: isDryRun(input),
  }
  const { deleted, effect, changes } = await dissociateVolumeType(ports, context.actor, change)
  if (!deleted) return [`Not associated with the ${versionWords}: '${args.volume_type_id}'.`]
  const mood = moodOf(input)
  const lines = [
    `${verbs.delete[mood]} volume type '${args.volume_type_id}' from ${versionWords}.`,
    ...volumeTypeWords(effect, mood),
  ]
  return dryRunOutput(lines, isDryRun(input), changes)
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
