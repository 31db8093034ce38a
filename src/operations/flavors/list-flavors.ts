import type { Caller } from '../../model/caller.ts'
import type { NamedVersion } from '../../model/datastore-version.ts'
import { type Flavor, isVisibleTo } from '../../model/flavor.ts'
import { type DatastoreVersionId, isUuidLike } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedFlavors, isObjectedTo, type JudgedFlavor, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import { flavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { flavorsToName } from '../../rules/alternatives.ts'
import { findVersionNamedInUrl } from '../datastores/find-datastore-version.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { findFlavor } from './find-flavor.ts'
import { loadFlavorPolicyFor } from './load-flavor-policy.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/** The policy by which a version judges these flavors for a new instance of the caller's project. */
const policyFor = (ports: Needs, { projectId }: Caller, versionId: DatastoreVersionId, flavors: readonly Flavor[]) =>
  loadFlavorPolicyFor(ports, { versionId, projectId, instanceId: undefined }, () => flavors.map(({ id }) => id))

/** Lists the flavors that the caller's project may use. */
export async function listFlavors({ flavors }: Pick<Ports, 'flavors'>, caller: Caller): Promise<Flavor[]> {
  return (await flavors.list()).filter(flavor => isVisibleTo(flavor, caller.projectId))
}

/**
 * Shows the flavor with this id. If there is none, lists the flavors of the datastore version with this id, as the spec of
 * the associations wants it; otherwise shows the flavor with this name. Refuses with `flavor_unknown` and
 * `flavor_name_ambiguous`.
 */
export async function showFlavorOrVersionFlavors(ports: Needs, caller: Caller, id: string): Promise<Flavor | Flavor[]> {
  const flavors = await listFlavors(ports, caller)
  const flavor = flavors.find(flavor => flavor.id === id)
  if (flavor) return flavor
  const version = isUuidLike(id) ? await ports.stores.versions.byId(id) : undefined
  if (!version) return knownFlavor(id, flavors)
  return allowedFlavors(flavors, await policyFor(ports, caller, version.id, flavors))
}

/** Lists the flavors that a datastore version allows and the caller's project may use. */
export async function listVersionFlavors(
  ports: Needs,
  caller: Caller,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<Flavor[]> {
  const version = await findVersionNamedInUrl(ports.stores, caller, datastoreIdOrName, versionIdOrName)
  const flavors = await listFlavors(ports, caller)
  return allowedFlavors(flavors, await policyFor(ports, caller, version.id, flavors))
}

/** Flavors with the verdict of a version. `named`: the version by its names, for the words of the reasons. */
export type JudgedBy<Judged> = Readonly<{ judged: Judged; named: NamedVersion | undefined }>

/** Lists every flavor that the caller's project may use, with the verdict of the version. */
export async function listVersionVerdicts(
  ports: Needs,
  caller: Caller,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<JudgedBy<JudgedFlavor[]>> {
  const version = await findVersionNamedInUrl(ports.stores, caller, datastoreIdOrName, versionIdOrName)
  const flavors = await listFlavors(ports, caller)
  const judged = judgeFlavors(flavors, await policyFor(ports, caller, version.id, flavors))
  return { judged, named: judged.some(isObjectedTo) ? await nameVersion(ports.stores, version.id) : undefined }
}

/** Returns the flavor with this id or name. Refuses with `flavor_unknown` and `flavor_name_ambiguous`. */
function knownFlavor(idOrName: string, flavors: readonly Flavor[]): Flavor {
  const flavor = findFlavor(idOrName, flavorNames(flavors))
  if (!flavor) throw flavorRefusal.flavor_unknown({ flavorId: idOrName, alternatives: flavorsToName(flavors) })
  return flavor
}

/**
 * Shows the verdict for one flavor that the caller's project may use, by id or name. Refuses with `flavor_unknown` and
 * `flavor_name_ambiguous`.
 */
export async function showVersionVerdict(
  ports: Needs,
  caller: Caller,
  subject: { datastore: string; version: string; flavor: string },
): Promise<JudgedBy<JudgedFlavor>> {
  const version = await findVersionNamedInUrl(ports.stores, caller, subject.datastore, subject.version)
  const flavor = knownFlavor(subject.flavor, await listFlavors(ports, caller))
  const judged = judgeFlavors([flavor], await policyFor(ports, caller, version.id, [flavor]))[0]!
  return { judged, named: isObjectedTo(judged) ? await nameVersion(ports.stores, version.id) : undefined }
}
