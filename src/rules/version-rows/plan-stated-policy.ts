import type { CatalogueProblem, StatedPolicy, StatedRequirement } from '../../model/datastore-catalogue.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { FlavorNames } from '../allowed/flavor/flavor-names.ts'
import {
  enforcementKey,
  flavorKey,
  readFlavorPolicy,
  requirementKey,
  restrictionKey,
} from '../allowed/flavor/policy-rows.ts'
import { volumeTypeKey } from '../allowed/volume-type/policy-rows.ts'
import { isEmptyPlan, planExactRows, type RowsPlan } from './plan-exact-rows.ts'
import { type LevelChange, planStatedLevels, type StoredPolicy } from './plan-levels.ts'
import { planOnlyRow } from './plan-only-row.ts'
import { type StatedValues, statedFlavors, statedRequirements, statedVolumeTypes } from './stated-values.ts'

export type StatedPolicyPlan = Readonly<{
  plans: readonly RowsPlan[]
  levels: readonly LevelChange[]
  problems: readonly CatalogueProblem[]
}>

const textsOf = (requirements: readonly StatedRequirement[]) => requirements.map(({ text }) => text)

/** The noun for a value of each key. */
const nouns = { [flavorKey]: 'flavor', [requirementKey]: 'requirement', [volumeTypeKey]: 'volume type' }

/**
 * Plans which rows a version needs so that it allows what a file states. Only differences in meaning are written: a row
 * with another spelling of the same meaning stays.
 *
 * @param stored.rows all rows of the version, including deleted ones
 * @param check true if unknown flavors and volume types are a problem
 */
export function planStatedPolicy(
  stated: StatedPolicy,
  { rows, rules }: StoredPolicy,
  known: { flavors: FlavorNames; volumeTypes: readonly VolumeType[] },
  check: boolean,
): StatedPolicyPlan {
  const byKey = Map.groupBy(rows, row => row.key)
  const rowsOf = (key: string) => byKey.get(key) ?? []
  const valuesOf = (key: string) =>
    rowsOf(key)
      .filter(row => !row.deleted)
      .map(row => row.value)
  const plans: RowsPlan[] = []
  const problems: CatalogueProblem[] = []
  function planList(key: keyof typeof nouns, list: StatedValues | undefined) {
    if (list === undefined) return
    problems.push(...list.problems)
    const plan = planExactRows(key, rowsOf(key), list.values)
    if ('duplicate' in plan)
      problems.push({ code: 'held_equal', what: nouns[key]!, value: plan.duplicate, stored: plan.stored })
    else plans.push(plan)
  }
  const { flavors, requirements, volumeTypes } = stated
  planList(flavorKey, flavors && statedFlavors(flavors, new Set(valuesOf(flavorKey)), known.flavors, check))
  planList(requirementKey, requirements && statedRequirements(textsOf(requirements), new Set(valuesOf(requirementKey))))
  planList(
    volumeTypeKey,
    volumeTypes && statedVolumeTypes(volumeTypes, valuesOf(volumeTypeKey), known.volumeTypes, check),
  )
  const { own } = readFlavorPolicy(rows)
  const { restriction, enforcement } = stated
  if (restriction && (restriction === 'listed') !== own.onlyListed)
    plans.push(planOnlyRow(restrictionKey, rowsOf(restrictionKey), restriction === 'listed' ? 'listed' : undefined))
  if (enforcement && enforcement !== own.enforcement)
    plans.push(planOnlyRow(enforcementKey, rowsOf(enforcementKey), enforcement === 'refuse' ? undefined : enforcement))
  const levels = planStatedLevels(stated, rules, new Set(valuesOf(requirementKey)))
  return { plans: plans.filter(plan => !isEmptyPlan(plan)), levels, problems }
}
