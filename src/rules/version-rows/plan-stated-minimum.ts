import type { CatalogueProblem, StatedMinimum } from '../../model/datastore-catalogue.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { enforcementKey, isRestricted, readFlavorPolicy, requirementKey } from '../allowed/flavor/policy-rows.ts'
import { isEmptyPlan, planExactRows, type RowsPlan } from './plan-exact-rows.ts'
import { planOnlyRow } from './plan-only-row.ts'
import { statedRequirements } from './stated-values.ts'

export type StatedMinimumPlan = Readonly<{
  plans: readonly RowsPlan[]
  problems: readonly CatalogueProblem[]
  /** Requirements that only warn, which a version that refuses must not be given: there they would refuse. */
  withheld: readonly string[]
}>

/**
 * Plans which requirements a version gets besides its own. What shall only warn is for versions that only warn, or have no
 * rule yet: a minimum takes nothing away from anybody, and neither does it make a version lenient that refuses.
 *
 * @param rows every row of the version, deleted ones included
 */
export function planStatedMinimum(minimum: StatedMinimum, rows: readonly VersionMetadata[]): StatedMinimumPlan {
  const policy = readFlavorPolicy(rows)
  const { values, problems } = statedRequirements(minimum.requirements, new Set(policy.requirementTexts))
  const missing = values.filter(value => !policy.requirementTexts.includes(value))
  const hasRule = isRestricted(policy) || policy.requirementTexts.length > 0
  const nothing = { plans: [], problems, withheld: [] }
  if (missing.length === 0) return nothing
  if (minimum.onlyWarn && hasRule && !policy.onlyWarn) return { ...nothing, withheld: missing }
  const rowsOf = (key: string) => rows.filter(row => row.key === key)
  const added = planExactRows(requirementKey, rowsOf(requirementKey), [...policy.requirementTexts, ...missing])
  if ('duplicate' in added) {
    const problem = { code: 'held_equal', what: 'requirement', value: added.duplicate, stored: added.stored } as const
    return { ...nothing, problems: [...problems, problem] }
  }
  const warn = minimum.onlyWarn ? [planOnlyRow(enforcementKey, rowsOf(enforcementKey), 'warn')] : []
  return { ...nothing, plans: [added, ...warn].filter(plan => !isEmptyPlan(plan)) }
}
