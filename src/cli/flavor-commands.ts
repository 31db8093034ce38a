import type { DatastoreVersion } from '../model/datastore-version.ts'
import type { Flavor } from '../model/flavor.ts'
import { findDatastore, findVersion } from '../operations/datastores/find-datastore-version.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import { associateFlavors, dissociateFlavors, listAssociations } from '../operations/flavors/associate-flavors.ts'
import { findTypedFlavors, type TypedFlavors } from '../operations/flavors/find-flavor.ts'
import type { Stores } from '../ports/stores.ts'
import { type FlavorPolicy, isRestricted } from '../rules/allowed/flavor/policy-rows.ts'
import { misfitWords } from '../rules/allowed/flavor/refusals.ts'
import { parseList } from '../rules/version-rows/plan-association.ts'
import type { Command, Context, Input, Output } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { everyFlavor, listWords, verbs } from './effect-words.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

/** The datastore version that the first two arguments and `--version` name. */
export async function namedVersion(stores: Stores, { args, options }: Input): Promise<DatastoreVersion> {
  const datastore = await findDatastore(stores, operator, args.datastore_name!)
  const number = typeof options.version === 'string' ? options.version : undefined
  return findVersion(stores, operator, datastore, args.datastore_version_name!, number)
}

/** The columns of a flavor in every list, and its cells. */
export const flavorColumns = ['ID', 'Name', 'vCPUs', 'RAM', 'Disk', 'Ephemeral'] as const
export const flavorCells = ({ id, name, vcpus, ramMb, diskGb, ephemeralGb }: Flavor) =>
  [id, name, vcpus, ramMb, diskGb, ephemeralGb] as const

export const allFlavors: Run = async context => {
  const { flavors } = await context.sources()
  return {
    columns: [...flavorColumns, 'Projects'],
    rows: (await flavors.list()).map(flavor => [
      ...flavorCells(flavor),
      flavor.isPublic ? 'all' : flavor.projects.join(','),
    ]),
  }
}

export const flavorAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const version = await namedVersion(ports.stores, input)
  const { flavorIds, names } = await findTypedFlavors(ports, parseList(args.flavor_ids!))
  const { effect, misfits, added, dryRun } = await associateFlavors(ports, context.actor, {
    versionId: version.id,
    flavorIds,
    check: options.check !== false,
    force: options.force === true,
    ifMissing: isIfMissing(input),
    ...changeOptionsOf(input),
  })
  for (const { flavorId, verdict } of misfits)
    context.say(`warning: ${misfitWords({ flavorId, versionId: version.id, ...verdict })}`)
  const addedIds = added.map(({ id }) => id)
  const existing = flavorIds.filter(id => !addedIds.includes(id))
  const shown = existing.length > 0 || names.size > 0 ? addedIds : args.flavor_ids
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  const mood = moodOf(input)
  const lines = [
    ...(added.length > 0 ? [`${verbs.add[mood]} flavors '${shown}' to the ${versionWords}.`] : []),
    ...(existing.length > 0 ? [`Already associated with the ${versionWords}: '${existing}'.`] : []),
    ...nameWords(names),
    ...listWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

/** Says which flavors were meant by their names, because their ids are stored. */
const nameWords = (names: TypedFlavors['names']): string[] =>
  [...names].map(([id, name]) => `${name} is the name of flavor ${id}.`)

export const flavorDelete: Run = (context, input) => deleteIfExists(input, () => deleteFlavors(context, input))

async function deleteFlavors(context: Context, input: Input): Promise<Output> {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  // Keep blanks: Trove may have stored ids with blanks.
  const typed = args.flavor_id!.split(',').filter(id => id.trim() !== '')
  const { flavorIds, names } = await findTypedFlavors(ports, typed, version.id)
  const { deleted, effect, dryRun } = await dissociateFlavors(ports, context.actor, {
    versionId: version.id,
    flavorIds,
    ifExists: isIfExists(input),
    ...changeOptionsOf(input),
  })
  const missing = flavorIds.filter(id => !deleted.includes(id))
  const shown = missing.length > 0 || names.size > 0 ? deleted : args.flavor_id
  const versionWords = `'${args.datastore_name}' '${args.datastore_version_name}'`
  const mood = moodOf(input)
  const lines = [
    ...(deleted.length > 0
      ? [`${verbs.delete[mood]} ${deleted.length === 1 ? 'flavor' : 'flavors'} '${shown}' from ${versionWords}.`]
      : []),
    ...(missing.length > 0 ? [`Not associated with the ${versionWords}: '${missing}'.`] : []),
    ...nameWords(names),
    ...listWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

export const flavorList: Run = async (context, input) => {
  const ports = await context.ports()
  const version = await namedVersion(ports.stores, input)
  const { associations, policy } = await listAssociations(ports, version.id)
  return {
    columns: ['ID', 'Name', 'vCPUs', 'RAM', 'Disk', 'Exists'],
    rows: associations.map(({ flavorId, flavor }) =>
      flavor === 'unknown'
        ? [flavorId, null, null, null, null, false]
        : [flavorId, flavor.name, flavor.vcpus, flavor.ramMb, flavor.diskGb, true],
    ),
    lines: associations.length > 0 ? [] : [emptyList(policy)],
  }
}

const emptyList = (policy: FlavorPolicy) =>
  isRestricted(policy)
    ? 'No flavor is associated, and the version accepts associated flavors only.'
    : `No flavor is associated, so the version accepts ${everyFlavor(policy.requirements.length > 0)}.`
