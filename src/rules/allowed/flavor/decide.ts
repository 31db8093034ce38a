import type { Flavor } from '../../../model/flavor.ts'
import type { FlavorId } from '../../../model/ids.ts'
import type { Reason, Verdict } from '../../../model/verdict.ts'
import { type FlavorPolicy, isRestricted } from './policy-rows.ts'
import { actualValue, isMet, printRequirement, unitOf } from './requirement.ts'

/**
 * Decides whether a flavor may be used with a datastore version that has this flavor policy. No other code decides this:
 * creates, resizes, listings and the compliance scan all call this function.
 *
 * An unknown flavor is judged by its id alone, so that one that is not associated is refused with Trove's sentence about
 * the version (trove@4cdc0cd instance/models.py:1343). Callers must check separately that the flavor exists: no policy
 * waives that, not even one that only warns.
 *
 * A deleted flavor is one that an instance has and keeps. It can still be on the list, but it meets no requirement,
 * because its size is unknown.
 */
export function decide(
  { id, flavor }: { id: FlavorId; flavor: Flavor | 'unknown' | 'deleted' },
  policy: FlavorPolicy,
): Verdict {
  const reasons: Reason[] = []
  if (isRestricted(policy) && !policy.associated.has(id))
    reasons.push({ code: flavor === 'unknown' ? 'flavor_unknown' : 'not_associated' })
  if (flavor !== 'unknown') {
    for (const requirement of policy.requirements) {
      const printed = printRequirement(requirement)
      if (flavor === 'deleted') {
        reasons.push({ code: 'size_unknown', requirement: printed })
        continue
      }
      if (isMet(requirement, flavor)) continue
      reasons.push({
        code: 'requirement_not_met',
        requirement: printed,
        actual: actualValue(requirement, flavor),
        unit: unitOf(requirement),
      })
    }
    for (const requirement of policy.unreadable) reasons.push({ code: 'requirement_unreadable', requirement })
  }
  return { allowed: reasons.length === 0 || policy.onlyWarn, reasons }
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
