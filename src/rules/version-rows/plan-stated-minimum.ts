import type { CatalogueProblem, StatedMinimum } from '../../model/datastore-catalogue.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { enforcementKey, isRestricted, readFlavorPolicy, requirementKey } from '../allowed/flavor/policy-rows.ts'
import { isEmptyPlan, planExactRows, type RowsPlan } from './plan-exact-rows.ts'
import { planOnlyRow } from './plan-only-row.ts'
import { statedRequirements } from './stated-values.ts'

export type StatedMinimumPlan = Readonly<{
  plans: readonly RowsPlan[]
  problems: readonly CatalogueProblem[]
  /** Requirements that were meant to warn only, left out because this version refuses violations of its policy. */
  withheld: readonly string[]
}>

/**
 * Plans which requirements to add to those of a version. Requirements that are meant to warn only are added only to
 * versions that warn, or that restrict nothing yet. A minimum of this kind therefore neither refuses a flavor nor makes a
 * version less strict.
 *
 * @param rows all rows of the version, including deleted ones
 */
export function planStatedMinimum(minimum: StatedMinimum, rows: readonly VersionMetadata[]): StatedMinimumPlan {
  const policy = readFlavorPolicy(rows)
  const { values, problems } = statedRequirements(minimum.requirements, new Set(policy.own.requirementTexts))
  const missing = values.filter(value => !policy.own.requirementTexts.includes(value))
  const restricts = isRestricted(policy) || policy.own.requirementTexts.length > 0
  const nothing = { plans: [], problems, withheld: [] }
  if (missing.length === 0) return nothing
  if (minimum.onlyWarn && restricts && policy.own.enforcement === 'refuse') return { ...nothing, withheld: missing }
  const rowsOf = (key: string) => rows.filter(row => row.key === key)
  const added = planExactRows(requirementKey, rowsOf(requirementKey), [...policy.own.requirementTexts, ...missing])
  if ('duplicate' in added) {
    const problem = { code: 'held_equal', what: 'requirement', value: added.duplicate, stored: added.stored } as const
    return { ...nothing, problems: [...problems, problem] }
  }
  const warn =
    minimum.onlyWarn && policy.own.enforcement === 'refuse'
      ? [planOnlyRow(enforcementKey, rowsOf(enforcementKey), 'warn')]
      : []
  return { ...nothing, plans: [added, ...warn].filter(plan => !isEmptyPlan(plan)) }
}
