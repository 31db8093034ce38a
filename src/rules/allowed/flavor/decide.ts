import type { Flavor } from '../../../model/flavor.ts'
import type { FlavorId } from '../../../model/ids.ts'
import { levelInForce, type Reason, toldReasons, type Verdict } from '../../../model/verdict.ts'
import { type FlavorPolicy, strictestOf } from './policy-rows.ts'
import { actualValue, isMet, unitOf } from './requirement.ts'
import { waive } from './waive.ts'

/**
 * Decides whether a flavor may be used with a datastore version that has this flavor policy. No other code decides this:
 * creates, resizes, listings and the compliance scan all call this function.
 *
 * An unknown flavor is judged by its id alone, so that one that is not associated is refused with Trove's sentence about
 * the version (trove@4cdc0cd instance/models.py:1343). Callers must check separately that the flavor exists: no policy
 * waives that, not even one that only warns, and no waiver does.
 *
 * A deleted flavor is one that an instance has and keeps. It can still be on the list, but it meets no requirement,
 * because its size is unknown.
 */
export function decide(
  { id, flavor }: { id: FlavorId; flavor: Flavor | 'unknown' | 'deleted' },
  policy: FlavorPolicy,
): Verdict {
  const against: Reason[] = []
  const list = strictestOf(policy.lists)
  if (list && !policy.associated.has(id))
    against.push({ code: flavor === 'unknown' ? 'flavor_unknown' : 'not_associated', ...list })
  if (flavor !== 'unknown') against.push(...requirementReasons(flavor, policy))
  const reasons = waive(against, policy.waivers)
  return { allowed: reasons.every(reason => levelInForce(reason) !== 'refuse'), reasons }
}

/** The reasons of requirements that are invalid come last. */
function requirementReasons(flavor: Flavor | 'deleted', { requirements }: FlavorPolicy): Reason[] {
  const invalid: Reason[] = []
  const unmet: Reason[] = []
  for (const { text, requirement, level, source } of requirements)
    if (!requirement) invalid.push({ code: 'requirement_unreadable', requirement: text, level, source })
    else if (flavor === 'deleted') unmet.push({ code: 'size_unknown', requirement: text, level, source })
    else if (!isMet(requirement, flavor)) {
      const actual = actualValue(requirement, flavor)
      unmet.push({
        ...{ code: 'requirement_not_met', requirement: text, actual, unit: unitOf(requirement) },
        ...{ level, source },
      })
    }
  return [...unmet, ...invalid]
}

export type JudgedFlavor = Readonly<{ flavor: Flavor; verdict: Verdict }>

/** True if there are reasons against a flavor, be they refusals or warnings. */
export const isObjectedTo = ({ verdict }: Pick<JudgedFlavor, 'verdict'>): boolean => verdict.reasons.length > 0

/** Returns each flavor with its verdict, in the same order. */
export const judgeFlavors = (flavors: readonly Flavor[], policy: FlavorPolicy): JudgedFlavor[] =>
  flavors.map(flavor => ({ flavor, verdict: decide({ id: flavor.id, flavor }, policy) }))

/** Returns the flavors that the policy allows, in the same order. */
export const allowedFlavors = (flavors: readonly Flavor[], policy: FlavorPolicy): Flavor[] =>
  flavors.filter(flavor => decide({ id: flavor.id, flavor }, policy).allowed)

/** What becomes of a flavor. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
export const outcomes = ['allowed', 'warned', 'audited', 'refused'] as const
export type Outcome = (typeof outcomes)[number]

/** Returns what becomes of a flavor with this verdict. */
export function outcomeOf({ allowed, reasons }: Verdict): Outcome {
  if (!allowed) return 'refused'
  if (reasons.length === 0) return 'allowed'
  return toldReasons({ reasons }).length > 0 ? 'warned' : 'audited'
}

/** Counts the flavors of each outcome. */
export function countOutcomes(judged: readonly JudgedFlavor[]): Readonly<Record<Outcome, number>> {
  const counts = { allowed: 0, warned: 0, audited: 0, refused: 0 }
  for (const { verdict } of judged) counts[outcomeOf(verdict)]++
  return counts
}
