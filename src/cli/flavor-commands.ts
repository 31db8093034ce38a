import type { DatastoreVersion } from '../model/datastore-version.ts'
import { findDatastore, findVersion } from '../operations/datastores/find-datastore-version.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import { associateFlavors, dissociateFlavors, listAssociations } from '../operations/flavors/associate-flavors.ts'
import type { Stores } from '../ports/stores.ts'
import { type FlavorPolicy, isRestricted } from '../rules/allowed/flavor/policy-rows.ts'
import { misfitWords } from '../rules/allowed/flavor/refusals.ts'
import { parseList } from '../rules/version-rows/plan-association.ts'
import type { Command, Input } from './command.ts'
import { everyFlavor, listWords } from './effect-words.ts'

type Run = Command['run']

/** The datastore version that the first two arguments and `--version` name. */
export async function namedVersion(stores: Stores, { args, options }: Input): Promise<DatastoreVersion> {
  const datastore = await findDatastore(stores, operator, args.datastore_name!)
  const number = typeof options.version === 'string' ? options.version : undefined
  return findVersion(stores, operator, datastore, args.datastore_version_name!, number)
}

export const allFlavors: Run = async context => ({
  columns: ['ID', 'Name', 'vCPUs', 'RAM', 'Disk', 'Ephemeral', 'Projects'],
  rows: (await context.sources().flavors.list()).map(flavor => [
    flavor.id,
    flavor.name,
    flavor.vcpus,
    flavor.ramMb,
    flavor.diskGb,
    flavor.ephemeralGb,
    flavor.isPublic ? 'all' : flavor.projects.join(','),
  ]),
})

export const flavorAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const version = await namedVersion(ports.stores, input)
  const { effect, misfits } = await associateFlavors(ports, context.actor, {
    versionId: version.id,
    flavorIds: parseList(args.flavor_ids!),
    check: options.check !== false,
    force: options.force === true,
  })
  for (const { flavorId, verdict } of misfits)
    context.say(`warning: ${misfitWords({ flavorId, versionId: version.id, ...verdict })}`)
  return [
    `Added flavors '${args.flavor_ids}' to the '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...listWords(effect),
  ]
}

export const flavorDelete: Run = async (context, input) => {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  // Keep blanks: Trove may have stored ids with blanks.
  const flavorIds = [...new Set(args.flavor_id!.split(',').filter(id => id.trim() !== ''))]
  const effect = await dissociateFlavors(ports, context.actor, { versionId: version.id, flavorIds })
  return [
    `Deleted ${flavorIds.length === 1 ? 'flavor' : 'flavors'} '${args.flavor_id}' from '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...listWords(effect),
  ]
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
    : `No flavor is associated, so the version accepts ${everyFlavor(policy.requirementTexts.length > 0)}.`
