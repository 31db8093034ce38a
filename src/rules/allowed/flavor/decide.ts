import type { Flavor } from '../../../model/flavor.ts'
import type { FlavorId } from '../../../model/ids.ts'
import type { Reason, Verdict } from '../../../model/verdict.ts'
import { type FlavorPolicy, isRestricted } from './policy-rows.ts'
import { actualValue, isMet, printRequirement, unitOf } from './requirement.ts'

/**
 * May this flavor be used with a datastore version that has this policy? The one place where that is answered.
 *
 * A flavor that the flavor source does not know is judged by its id alone, so that an unassociated unknown flavor gets
 * the association's message, as in Trove (trove@4cdc0cd instance/models.py:1343). That it does not exist is not for this
 * function to say: existence is never waived, not even by a policy that only warns.
 */
export function decide(asked: { id: FlavorId; flavor: Flavor | 'unknown' }, policy: FlavorPolicy): Verdict {
  const reasons: Reason[] = []
  if (isRestricted(policy) && !policy.associated.has(asked.id)) reasons.push({ code: 'not_associated' })
  const { flavor } = asked
  if (flavor !== 'unknown') {
    for (const requirement of policy.requirements) {
      if (isMet(requirement, flavor)) continue
      reasons.push({
        code: 'requirement_not_met',
        requirement: printRequirement(requirement),
        actual: actualValue(requirement, flavor),
        unit: unitOf(requirement),
      })
    }
    for (const requirement of policy.unreadable) reasons.push({ code: 'requirement_unreadable', requirement })
  }
  return { allowed: reasons.length === 0 || policy.onlyWarn, reasons }
}

export type JudgedFlavor = Readonly<{ flavor: Flavor; verdict: Verdict }>

/** Each flavor beside its verdict, in the order given. */
export const judgeFlavors = (flavors: readonly Flavor[], policy: FlavorPolicy): JudgedFlavor[] =>
  flavors.map(flavor => ({ flavor, verdict: decide({ id: flavor.id, flavor }, policy) }))

/** The flavors out of `flavors` that the policy allows, in the order given. */
export const allowedFlavors = (flavors: readonly Flavor[], policy: FlavorPolicy): Flavor[] =>
  flavors.filter(flavor => decide({ id: flavor.id, flavor }, policy).allowed)
