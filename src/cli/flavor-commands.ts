import { isRestricted } from '../allowed/flavor/policy-rows.ts'
import { parseList } from '../allowed/plan-association.ts'
import type { DatastoreVersion } from '../model/datastore-version.ts'
import {
  type AssociationEffect,
  associateFlavors,
  dissociateFlavor,
  listAssociations,
} from '../operations/associate-flavors.ts'
import { findDatastore, findVersion } from '../operations/find-datastore-version.ts'
import type { Stores } from '../ports/stores.ts'
import type { Command, Input } from './command.ts'

type Run = Command['run']

/** The datastore version that the first two arguments and `--version` name. */
export async function namedVersion(stores: Stores, { args, options }: Input): Promise<DatastoreVersion> {
  const datastore = await findDatastore(stores, args.datastore_name!)
  const number = typeof options.version === 'string' ? options.version : undefined
  return findVersion(stores, datastore, args.datastore_version_name!, number)
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** The change of a whole version, said aloud: a list that begins or ends is easily overlooked. */
function effectWords(effect: AssociationEffect): string[] {
  if (effect.became === 'restricted') {
    return [`This is its first association: it accepted every flavor until now. ${fellOut(effect)}.`]
  }
  if (effect.became === 'open')
    return [`That was its last association: it now accepts every flavor (${effect.flavorsAllowed} at present).`]
  return []
}

function fellOut({ flavorsFellOut, instancesOnThem }: AssociationEffect): string {
  if (flavorsFellOut === 0) return 'No flavor fell out'
  const flavors = `${counted(flavorsFellOut, 'flavor', 'flavors')} fell out`
  if (instancesOnThem === 0) return `${flavors}; no instance of it uses them`
  return `${flavors}; ${counted(instancesOnThem, 'instance of it uses', 'instances of it use')} them and will go on running`
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
  const effect = await associateFlavors(ports, context.actor, {
    versionId: version.id,
    flavorIds: parseList(args.flavor_ids!),
    check: options.check !== false,
  })
  return [
    `Added flavors '${args.flavor_ids}' to the '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...effectWords(effect),
  ]
}

export const flavorDelete: Run = async (context, input) => {
  const ports = await context.ports()
  const { args } = input
  const version = await namedVersion(ports.stores, input)
  const effect = await dissociateFlavor(ports, context.actor, { versionId: version.id, flavorId: args.flavor_id! })
  return [
    `Deleted flavor '${args.flavor_id}' from '${args.datastore_name}' '${args.datastore_version_name}'.`,
    ...effectWords(effect),
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
    lines: isRestricted(policy) ? [] : ['No flavor is associated: the version accepts every flavor.'],
  }
}
