import { bySize, type Flavor, visibleTo } from '../../model/flavor.ts'
import { hardwareOf } from '../../model/hardware.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { Size } from '../../model/instance.ts'
import { toldReasons, type Verdict } from '../../model/verdict.ts'
import type { Moment, Objection } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import { decide, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal, warningWords } from '../../rules/allowed/flavor/refusals.ts'
import type { SuitableFlavors } from '../../rules/allowed/flavor/suitable-flavors.ts'
import { flavorsToName, nameOf } from '../../rules/alternatives.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { loadFlavorPolicyFor, type PolicySubject } from './load-flavor-policy.ts'
import { raiseObjection } from './raise-objection.ts'

declare const admitted: unique symbol

/**
 * A flavor that passed the check for a version and a project. Only `admitFlavor` returns one, and `sizeOf` accepts nothing
 * else, so no code can size an instance without the check. `test/laws/hardware.test.ts` verifies both.
 */
export type AdmittedFlavor = Readonly<{
  flavor: Flavor
  verdict: Verdict
  /** The warning for a flavor that was admitted although it violates the flavor policy, or is waived. Empty if it does not. */
  warnings: readonly string[]
  [admitted]: true
}>

export const sizeOf = ({ flavor }: AdmittedFlavor): Size => ({ flavorId: flavor.id, ...hardwareOf(flavor) })

/** A flavor that a version is asked to allow. Flavors that are private to other projects count as unknown. */
type FlavorRequest = PolicySubject &
  Readonly<{
    moment: Moment
    flavorId: FlavorId
    /**
     * What becomes of a refusal, if the caller does not obey it: the operation keeps its hardware and goes on, or an
     * admin bypasses the refusal.
     */
    onRefusal?: 'recorded' | 'bypassed' | undefined
  }>

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock' | 'objected'>

/**
 * Checks whether an instance of this version may have this flavor, and refuses if not. Called by every operation that gives
 * an instance other hardware: create, resize and dry run. The decision itself is `decide`. The association is checked
 * before the existence of the flavor, so that Trove's sentence comes first. Every objection is reported to `objected`.
 */
export async function admitFlavor(ports: Needs, request: FlavorRequest): Promise<AdmittedFlavor> {
  const { flavorId } = request
  const usable = visibleTo(await ports.flavors.list(), request.projectId)
  const flavor = usable.find(flavor => flavor.id === flavorId)
  const { verdict, warnings } = await requireAllowed(ports, request, flavor ?? 'unknown', usable)
  if (!flavor) throw flavorRefusal.flavor_not_found({ flavorId, alternatives: flavorsToName(usable) })
  return { flavor, verdict, warnings } as AdmittedFlavor
}

/**
 * Checks the same about the flavor that an instance has and keeps, as in an upgrade. Its server runs even if the flavor was
 * deleted or is no longer visible to the project. No instance can be sized by the result.
 */
export async function admitKeptFlavor(
  ports: Needs,
  request: FlavorRequest,
): Promise<Pick<AdmittedFlavor, 'verdict' | 'warnings'>> {
  const known = await ports.flavors.list()
  const flavor = known.find(({ id }) => id === request.flavorId)
  const usable = visibleTo(known, request.projectId)
  return requireAllowed(ports, request, flavor ?? 'deleted', usable)
}

async function requireAllowed(
  ports: Needs,
  request: FlavorRequest,
  flavor: Flavor | 'unknown' | 'deleted',
  usable: readonly Flavor[],
): Promise<Pick<AdmittedFlavor, 'verdict' | 'warnings'>> {
  const { flavorId, versionId } = request
  const policy = await loadFlavorPolicyFor(ports, request, () => [flavorId, ...usable.map(({ id }) => id)])
  const verdict = decide({ id: flavorId, flavor }, policy)
  const { reasons } = verdict
  const isObjectedTo = reasons.length > 0
  const named = isObjectedTo ? await nameVersion(ports.stores, versionId) : undefined
  const told = toldReasons(verdict)
  const isAdmitted = verdict.allowed && flavor !== 'unknown'
  const outcome = isAdmitted ? admittedOutcome(verdict) : (request.onRefusal ?? 'refused')
  raiseObjection(ports, { ...request, named, verdict, outcome })
  const namesake = flavor === 'unknown' ? nameOf(flavorId, flavorsToName(usable)) : undefined
  const breach = { flavorId, versionId, named, reasons, namesake }
  if (!verdict.allowed) {
    throw flavorRefusal.flavor_not_supported({
      ...breach,
      ...suitableOf(usable, policy),
      isDeleted: flavor === 'deleted',
    })
  }
  return { verdict, warnings: told.length > 0 ? [warningWords({ ...breach, reasons: told })] : [] }
}

/** For each policy the flavors that it was last asked about, and which of them it allows. */
const lastSuitable = new WeakMap<FlavorPolicy, { usable: readonly Flavor[]; suitable: SuitableFlavors }>()

/**
 * Returns the flavors that can be used instead of a refused one. Judging and sorting all of them takes longer than the rest of a
 * refusal. Lists and policies never change: other flavors or rules are other objects.
 */
function suitableOf(usable: readonly Flavor[], policy: FlavorPolicy): SuitableFlavors {
  const last = lastSuitable.get(policy)
  if (last?.usable === usable) return last.suitable
  const allowed = judgeFlavors(usable, policy).filter(({ verdict }) => verdict.allowed)
  const suitable = {
    allowed: allowed.map(({ flavor }) => flavor).sort(bySize),
    warned: new Set(allowed.flatMap(({ flavor, verdict }) => (toldReasons(verdict).length > 0 ? flavor.id : []))),
  }
  lastSuitable.set(policy, { usable, suitable })
  return suitable
}

/** `waived`: without the waiver, the flavor would be refused. */
function admittedOutcome(verdict: Verdict): Objection['outcome'] {
  if (verdict.reasons.some(({ level }) => level === 'refuse')) return 'waived'
  return toldReasons(verdict).length > 0 ? 'warned' : 'audited'
}
