import type { Caller } from '../../model/caller.ts'
import { type Flavor, isVisibleTo } from '../../model/flavor.ts'
import { type FlavorId, isUuidLike } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedFlavors, type JudgedFlavor, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { findVersionNamedInUrl } from '../datastores/find-datastore-version.ts'
import { loadFlavorPolicyFor } from './load-flavor-policy.ts'

type Needs = Pick<Ports, 'stores' | 'flavors'>

const idsOf = (flavors: readonly Flavor[]) => flavors.map(({ id }) => id)

/** Lists the flavors that the caller's project may use. */
export async function listFlavors({ flavors }: Pick<Ports, 'flavors'>, caller: Caller): Promise<Flavor[]> {
  return (await flavors.list()).filter(flavor => isVisibleTo(flavor, caller.projectId))
}

/**
 * Shows the flavor with this id. If there is none, lists the flavors of the datastore version with this id, as the spec of
 * the associations wants it. Refuses with `flavor_unknown`.
 */
export async function showFlavorOrVersionFlavors(ports: Needs, caller: Caller, id: string): Promise<Flavor | Flavor[]> {
  const flavors = await listFlavors(ports, caller)
  const flavor = flavors.find(flavor => flavor.id === id)
  if (flavor) return flavor
  const version = isUuidLike(id) ? await ports.stores.versions.byId(id) : undefined
  if (!version) throw flavorRefusal.flavor_unknown({ flavorId: id })
  return allowedFlavors(flavors, await loadFlavorPolicyFor(ports.stores, version.id, idsOf(flavors)))
}

/** Lists the flavors that a datastore version allows and the caller's project may use. */
export async function listVersionFlavors(
  ports: Needs,
  caller: Caller,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<Flavor[]> {
  const version = await findVersionNamedInUrl(ports.stores, datastoreIdOrName, versionIdOrName)
  const flavors = await listFlavors(ports, caller)
  return allowedFlavors(flavors, await loadFlavorPolicyFor(ports.stores, version.id, idsOf(flavors)))
}

/** Lists every flavor that the caller's project may use, with the verdict of the version. */
export async function listVersionVerdicts(
  ports: Needs,
  caller: Caller,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<JudgedFlavor[]> {
  const version = await findVersionNamedInUrl(ports.stores, datastoreIdOrName, versionIdOrName)
  const flavors = await listFlavors(ports, caller)
  return judgeFlavors(flavors, await loadFlavorPolicyFor(ports.stores, version.id, idsOf(flavors)))
}

/** Shows the verdict for one flavor. Refuses with `flavor_unknown` if the caller's project may not use it. */
export async function showVersionVerdict(
  ports: Needs,
  caller: Caller,
  subject: { datastore: string; version: string; flavorId: FlavorId },
): Promise<JudgedFlavor> {
  const version = await findVersionNamedInUrl(ports.stores, subject.datastore, subject.version)
  const flavor = (await listFlavors(ports, caller)).find(flavor => flavor.id === subject.flavorId)
  if (!flavor) throw flavorRefusal.flavor_unknown({ flavorId: subject.flavorId })
  return judgeFlavors([flavor], await loadFlavorPolicyFor(ports.stores, version.id, [flavor.id]))[0]!
}
