import type { CatalogueProblem, StatedMinimum } from '../../model/datastore-catalogue.ts'
import { readFlavorPolicy, requirementKey } from '../allowed/flavor/policy-rows.ts'
import { planExactRows } from './plan-exact-rows.ts'
import { planLevel, type StoredPolicy } from './plan-levels.ts'
import type { StatedPolicyPlan } from './plan-stated-policy.ts'
import { statedRequirements } from './stated-values.ts'

/**
 * Plans which requirements to add to those of a version, and their level. Requirements that the version has stay, with
 * their levels, so a minimum that only warns neither refuses a flavor nor makes a version less strict.
 *
 * @param stored.rows all rows of the version, including deleted ones
 */
export function planStatedMinimum(minimum: StatedMinimum, { rows, rules }: StoredPolicy): StatedPolicyPlan {
  const { requirementTexts } = readFlavorPolicy(rows).own
  const { values, problems } = statedRequirements(minimum.requirements, new Set(requirementTexts))
  const missing = values.filter(value => !requirementTexts.includes(value))
  if (missing.length === 0) return { plans: [], levels: [], problems }
  const ofRequirements = rows.filter(row => row.key === requirementKey)
  const added = planExactRows(requirementKey, ofRequirements, [...requirementTexts, ...missing])
  if ('duplicate' in added) {
    const problem: CatalogueProblem = {
      ...{ code: 'held_equal', what: 'requirement', value: added.duplicate, stored: added.stored },
    }
    return { plans: [], levels: [], problems: [...problems, problem] }
  }
  const levels = missing.flatMap(text => planLevel(rules, requirementKey, text, minimum.level))
  return { plans: [added], levels, problems }
}
