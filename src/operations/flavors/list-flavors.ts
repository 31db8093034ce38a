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

/** Exactly the flavors that the caller's project may use. */
export async function listFlavors({ flavors }: Pick<Ports, 'flavors'>, caller: Caller): Promise<Flavor[]> {
  return (await flavors.list()).filter(flavor => isVisibleTo(flavor, caller.projectId))
}

/**
 * The flavor with this id or, as the spec has it, the flavors of the datastore version with this id. A flavor wins.
 * Refuses with `flavor_unknown`.
 */
export async function showFlavorOrVersionFlavors(ports: Needs, caller: Caller, id: string): Promise<Flavor | Flavor[]> {
  const flavors = await listFlavors(ports, caller)
  const flavor = flavors.find(flavor => flavor.id === id)
  if (flavor) return flavor
  const version = isUuidLike(id) ? await ports.stores.versions.byId(id) : undefined
  if (!version) throw flavorRefusal.flavor_unknown({ flavorId: id })
  return allowedFlavors(flavors, await loadFlavorPolicyFor(ports.stores, version.id, idsOf(flavors)))
}

/** The flavors that a datastore version allows, out of those that the caller's project may use. */
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

/** Every flavor that the caller's project may use, each with the version's verdict. Named and refused as above. */
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

/** One of them. Refuses with `flavor_unknown` what the caller's project may not use. */
export async function showVersionVerdict(
  ports: Needs,
  caller: Caller,
  asked: { datastore: string; version: string; flavorId: FlavorId },
): Promise<JudgedFlavor> {
  const version = await findVersionNamedInUrl(ports.stores, asked.datastore, asked.version)
  const flavor = (await listFlavors(ports, caller)).find(flavor => flavor.id === asked.flavorId)
  if (!flavor) throw flavorRefusal.flavor_unknown({ flavorId: asked.flavorId })
  return judgeFlavors([flavor], await loadFlavorPolicyFor(ports.stores, version.id, [flavor.id]))[0]!
}
