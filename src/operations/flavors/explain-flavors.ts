import { bySize, type Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { type JudgedFlavor, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { loadFlavorPolicy } from './load-flavor-policy.ts'

/** Allowed before warned of before refused. */
const rank = ({ verdict }: JudgedFlavor) => (verdict.allowed ? Math.min(verdict.reasons.length, 1) : 2)

/** The flavor with this id, else all with this name. */
function named(known: readonly Flavor[], idOrName: string): readonly Flavor[] {
  const byId = known.filter(flavor => flavor.id === idOrName)
  return byId.length > 0 ? byId : known.filter(flavor => flavor.name === idOrName)
}

/**
 * What a version says of every flavor there is, for an operator: those that it allows first, and the smallest of them
 * first of all. With a flavor, by id or name, of that one; refuses with `flavor_unknown` where there is none.
 */
export async function explainFlavors(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
  flavorId?: FlavorId,
): Promise<{ judged: readonly JudgedFlavor[]; policy: FlavorPolicy }> {
  const policy = await loadFlavorPolicy(stores, versionId)
  const known = await flavors.list()
  const asked = flavorId === undefined ? known : named(known, flavorId)
  if (flavorId !== undefined && asked.length === 0) throw flavorRefusal.flavor_unknown({ flavorId })
  const judged = judgeFlavors(asked, policy).sort((a, b) => rank(a) - rank(b) || bySize(a.flavor, b.flavor))
  return { judged, policy }
}
