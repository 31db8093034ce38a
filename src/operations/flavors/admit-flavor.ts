import { bySize, type Flavor, flavorIdFromRef, isVisibleTo } from '../../model/flavor.ts'
import { hardwareOf } from '../../model/hardware.ts'
import type { DatastoreVersionId, FlavorId, ProjectId } from '../../model/ids.ts'
import type { Size } from '../../model/instance.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Moment } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedFlavors, decide } from '../../rules/allowed/flavor/decide.ts'
import { flavorRefusal, warningWords } from '../../rules/allowed/flavor/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { loadFlavorPolicyFor } from './load-flavor-policy.ts'
import { raiseObjection } from './raise-objection.ts'

/** The id in a `flavorRef`, or the refusal that there is none. */
export function requiredFlavorId(flavorRef: string | number | undefined): FlavorId {
  const flavorId = flavorRef === undefined ? undefined : flavorIdFromRef(flavorRef)
  if (flavorId === undefined) throw refusal.flavor_ref_not_given({})
  return flavorId
}

declare const admitted: unique symbol

/**
 * A flavor that the rule was asked about for a certain version and project. `admitFlavor` alone makes one, and from
 * nothing else is the size of an instance made (a law sees to both), so nobody gets hardware without asking.
 */
export type AdmittedFlavor = Readonly<{ flavor: Flavor; verdict: Verdict; [admitted]: true }>

export const sizeOf = ({ flavor }: AdmittedFlavor): Size => ({ flavorId: flavor.id, ...hardwareOf(flavor) })

/** What a version that only warns has to say of a flavor that it admitted. */
export const warningsOf = (versionId: DatastoreVersionId, { flavor, verdict }: AdmittedFlavor): string[] =>
  verdict.reasons.length === 0 ? [] : [warningWords({ flavorId: flavor.id, versionId, reasons: verdict.reasons })]

/**
 * Whether an instance of this version may have this flavor: asked whenever an instance gets hardware. The association
 * is asked before existence, so that Trove's sentence comes first; only then is the flavor needed. Whatever speaks
 * against the flavor is told to `objected`.
 *
 * @param asked.projectId whose instance it is; flavors that are private to others do not exist for it
 */
export async function admitFlavor(
  ports: Pick<Ports, 'stores' | 'flavors' | 'objected'>,
  asked: { moment: Moment; projectId: ProjectId; versionId: DatastoreVersionId; flavorId: FlavorId },
): Promise<AdmittedFlavor> {
  const { flavorId, versionId } = asked
  const usable = (await ports.flavors.list()).filter(flavor => isVisibleTo(flavor, asked.projectId))
  const policy = await loadFlavorPolicyFor(ports.stores, versionId, [flavorId, ...usable.map(({ id }) => id)])
  const flavor = usable.find(flavor => flavor.id === flavorId)
  const verdict = decide({ id: flavorId, flavor: flavor ?? 'unknown' }, policy)
  await raiseObjection(ports, { ...asked, verdict, outcome: verdict.allowed ? 'warned' : 'refused' })
  if (!verdict.allowed) {
    const allowed = allowedFlavors(usable, policy).sort(bySize)
    throw flavorRefusal.flavor_not_supported({ flavorId, versionId, reasons: verdict.reasons, allowed })
  }
  if (!flavor) throw flavorRefusal.flavor_not_found({ flavorId })
  return { flavor, verdict } as AdmittedFlavor
}
