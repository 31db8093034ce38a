import { allowedFlavors, decide } from '../allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../allowed/flavor/refusals.ts'
import { bySize, type Flavor, flavorIdFromRef, isVisibleTo } from '../model/flavor.ts'
import type { DatastoreVersionId, FlavorId, ProjectId } from '../model/ids.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Ports } from '../ports/ports.ts'
import { refusal } from '../rules/refusals.ts'
import { loadFlavorPolicy } from './load-flavor-policy.ts'

/** The id in a `flavorRef`, or the refusal that there is none. */
export function requiredFlavorId(flavorRef: string | number | undefined): FlavorId {
  const flavorId = flavorRef === undefined ? undefined : flavorIdFromRef(flavorRef)
  if (flavorId === undefined) throw refusal.flavor_ref_not_given({})
  return flavorId
}

/**
 * Whether an instance of this version may have this flavor: asked wherever an instance gets hardware. The association
 * is asked before existence, so that Trove's sentence comes first; only then is the flavor needed.
 *
 * @param projectId whose instance it is; flavors that are private to others do not exist for it
 */
export async function admitFlavor(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  projectId: ProjectId,
  versionId: DatastoreVersionId,
  flavorId: FlavorId,
): Promise<{ flavor: Flavor; verdict: Verdict }> {
  const policy: FlavorPolicy = await loadFlavorPolicy(stores, versionId)
  const usable = (await flavors.list()).filter(flavor => isVisibleTo(flavor, projectId))
  const flavor = usable.find(flavor => flavor.id === flavorId)
  const verdict = decide({ id: flavorId, flavor: flavor ?? 'unknown' }, policy)
  if (!verdict.allowed) {
    const allowed = allowedFlavors(usable, policy).sort(bySize)
    throw flavorRefusal.flavor_not_supported({ flavorId, versionId, reasons: verdict.reasons, allowed })
  }
  if (!flavor) throw flavorRefusal.flavor_not_found({ flavorId })
  return { flavor, verdict }
}
