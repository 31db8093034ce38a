import { bySize, type Flavor, flavorIdFromRef, isVisibleTo } from '../../model/flavor.ts'
import { hardwareOf } from '../../model/hardware.ts'
import type { DatastoreVersionId, FlavorId, ProjectId } from '../../model/ids.ts'
import type { Size } from '../../model/instance.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Moment } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import { allowedFlavors, decide } from '../../rules/allowed/flavor/decide.ts'
import { flavorRefusal, warningWords } from '../../rules/allowed/flavor/refusals.ts'
import { flavorsToName, nameOf } from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { loadFlavorPolicyFor } from './load-flavor-policy.ts'
import { raiseObjection } from './raise-objection.ts'

/** Returns the flavor id in a `flavorRef`. Refuses if it is missing or empty. */
export function requiredFlavorId(flavorRef: string | number | undefined): FlavorId {
  const flavorId = flavorRef === undefined ? undefined : flavorIdFromRef(flavorRef)
  if (flavorId === undefined) throw refusal.flavor_ref_not_given({})
  return flavorId
}

declare const admitted: unique symbol

/**
 * A flavor that passed the check for a version and a project. Only `admitFlavor` returns one, and `sizeOf` accepts nothing
 * else, so no code can size an instance without the check. `test/laws/hardware.test.ts` verifies both.
 */
export type AdmittedFlavor = Readonly<{
  flavor: Flavor
  verdict: Verdict
  /** The warning for a flavor that was admitted although it violates the flavor policy. Empty if it does not. */
  warnings: readonly string[]
  [admitted]: true
}>

export const sizeOf = ({ flavor }: AdmittedFlavor): Size => ({ flavorId: flavor.id, ...hardwareOf(flavor) })

/**
 * Checks whether an instance of this version may have this flavor, and refuses if not. Called by every operation that gives
 * an instance hardware: create, resize, upgrade and dry run. The decision itself is `decide`. The association is checked
 * before the existence of the flavor, so that Trove's sentence comes first. Every objection is reported to `objected`.
 *
 * @param request.projectId the project of the instance; flavors that are private to other projects count as unknown
 * @param request.isOnlyRecorded true if the operation goes on whatever the verdict is; the caller ignores the refusal
 */
export async function admitFlavor(
  ports: Pick<Ports, 'stores' | 'flavors' | 'objected'>,
  request: {
    moment: Moment
    projectId: ProjectId
    versionId: DatastoreVersionId
    flavorId: FlavorId
    isOnlyRecorded?: boolean
  },
): Promise<AdmittedFlavor> {
  const { flavorId, versionId } = request
  const usable = (await ports.flavors.list()).filter(flavor => isVisibleTo(flavor, request.projectId))
  const policy = await loadFlavorPolicyFor(ports.stores, versionId, [flavorId, ...usable.map(({ id }) => id)])
  const flavor = usable.find(flavor => flavor.id === flavorId)
  const verdict = decide({ id: flavorId, flavor: flavor ?? 'unknown' }, policy)
  const { reasons } = verdict
  const isObjectedTo = reasons.length > 0
  const named = isObjectedTo ? await nameVersion(ports.stores, versionId) : undefined
  const refusedOr = request.isOnlyRecorded ? 'recorded' : 'refused'
  raiseObjection(ports, { ...request, named, verdict, outcome: verdict.allowed && flavor ? 'warned' : refusedOr })
  const namesake = flavor ? undefined : nameOf(flavorId, flavorsToName(usable))
  const breach = { flavorId, versionId, named, reasons, namesake }
  if (!verdict.allowed) {
    const allowed = allowedFlavors(usable, policy).sort(bySize)
    throw flavorRefusal.flavor_not_supported({ ...breach, allowed })
  }
  if (!flavor) throw flavorRefusal.flavor_not_found({ flavorId, alternatives: flavorsToName(usable) })
  const warnings: readonly string[] = isObjectedTo ? [warningWords(breach)] : []
  return { flavor, verdict, warnings } as AdmittedFlavor
}
