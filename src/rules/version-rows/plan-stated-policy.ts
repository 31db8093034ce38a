import type { CatalogueProblem, StatedPolicy } from '../../model/datastore-catalogue.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import {
  enforcementKey,
  flavorKey,
  readFlavorPolicy,
  requirementKey,
  restrictionKey,
} from '../allowed/flavor/policy-rows.ts'
import { volumeTypeKey } from '../allowed/volume-type/policy-rows.ts'
import { isEmptyPlan, planExactRows, type RowsPlan } from './plan-exact-rows.ts'
import { planOnlyRow } from './plan-only-row.ts'
import {
  type FlavorNames,
  type StatedValues,
  statedFlavors,
  statedRequirements,
  statedVolumeTypes,
} from './stated-values.ts'

export type StatedPolicyPlan = Readonly<{ plans: readonly RowsPlan[]; problems: readonly CatalogueProblem[] }>

/** What to call the values of a key in a sentence. */
const nouns = { [flavorKey]: 'flavor', [requirementKey]: 'requirement', [volumeTypeKey]: 'volume type' }

/**
 * Plans which rows a version needs so that it allows what a file says. Only what differs in meaning is written: a row
 * that somebody spelt in another way, and that is read as the file wants it, stays.
 *
 * @param rows every row of the version, deleted ones included
 * @param check whether flavors and volume types that do not exist are a problem
 */
export function planStatedPolicy(
  stated: StatedPolicy,
  rows: readonly VersionMetadata[],
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
  function planList(key: keyof typeof nouns, wanted: StatedValues | undefined) {
    if (wanted === undefined) return
    problems.push(...wanted.problems)
    const plan = planExactRows(key, rowsOf(key), wanted.values)
    if ('duplicate' in plan)
      problems.push({ code: 'held_equal', what: nouns[key]!, value: plan.duplicate, stored: plan.stored })
    else plans.push(plan)
  }
  const { flavors, requirements, volumeTypes } = stated
  planList(flavorKey, flavors && statedFlavors(flavors, new Set(valuesOf(flavorKey)), known.flavors, check))
  planList(requirementKey, requirements && statedRequirements(requirements, new Set(valuesOf(requirementKey))))
  planList(
    volumeTypeKey,
    volumeTypes && statedVolumeTypes(volumeTypes, valuesOf(volumeTypeKey), known.volumeTypes, check),
  )
  const { onlyListed, onlyWarn } = readFlavorPolicy(rows)
  const setWord = (key: string, word: string, is: boolean, shall: boolean) => {
    if (is !== shall) plans.push(planOnlyRow(key, rowsOf(key), shall ? word : undefined))
  }
  if (stated.restriction) setWord(restrictionKey, 'listed', onlyListed, stated.restriction === 'listed')
  if (stated.enforcement) setWord(enforcementKey, 'warn', onlyWarn, stated.enforcement === 'warn')
  return { plans: plans.filter(plan => !isEmptyPlan(plan)), problems }
}
