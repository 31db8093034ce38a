import type { CatalogueProblem, StatedDatastorePolicy } from '../../model/datastore-catalogue.ts'
import { type Level, strictest } from '../../model/level.ts'
import type { DatastoreRule, PolicyRow } from '../../model/policy-rule.ts'
import { listValue, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { statedRequirements } from './stated-values.ts'

/** The changes of the rules of one datastore. */
export type DatastoreRulesPlan = Readonly<{
  remove: readonly DatastoreRule[]
  levels: readonly Readonly<{ rule: DatastoreRule; level: Level }>[]
  insert: readonly Readonly<Pick<DatastoreRule, 'key' | 'value' | 'level'>>[]
}>

export const isEmptyRulesPlan = ({ remove, levels, insert }: DatastoreRulesPlan): boolean =>
  remove.length + levels.length + insert.length === 0

export const requirementsOf = (rules: readonly DatastoreRule[]): DatastoreRule[] =>
  rules.filter(({ key }) => key === requirementKey)

/** The rule that makes a list necessary; undefined if there is none. */
export const listOf = (rules: readonly DatastoreRule[]): DatastoreRule | undefined =>
  rules.find(({ key }) => key === restrictionKey)

/** Plans that this rule exists with this level. */
function planRule(stored: DatastoreRule | undefined, key: string, value: string, level: Level): DatastoreRulesPlan {
  if (!stored) return { remove: [], levels: [], insert: [{ key, value, level }] }
  return { remove: [], levels: stored.level === level ? [] : [{ rule: stored, level }], insert: [] }
}

const together = (plans: readonly DatastoreRulesPlan[]): DatastoreRulesPlan => ({
  remove: plans.flatMap(({ remove }) => remove),
  levels: plans.flatMap(({ levels }) => levels),
  insert: plans.flatMap(({ insert }) => insert),
})

/**
 * Plans the rules of a datastore so that they are as stated. Omitted fields stay as they are. A requirement without a level
 * refuses; one that is stated twice gets the stricter level. A level of the list alone changes nothing where no list is
 * necessary.
 */
export function planStatedDatastoreRules(
  { requirements, restriction, listLevel }: StatedDatastorePolicy,
  rules: readonly DatastoreRule[],
): { plan: DatastoreRulesPlan; problems: readonly CatalogueProblem[] } {
  const list = listOf(rules)
  const plans: DatastoreRulesPlan[] = []
  const problems: CatalogueProblem[] = []
  if (restriction === 'open' && list) plans.push({ remove: [list], levels: [], insert: [] })
  if (restriction === 'listed' || (restriction === undefined && list && listLevel !== undefined))
    plans.push(planRule(list, restrictionKey, listValue, listLevel ?? list?.level ?? 'refuse'))
  if (requirements !== undefined) {
    const stored = requirementsOf(rules)
    const storedTexts = new Set(stored.map(({ value }) => value))
    const levels = new Map<string, Level>()
    for (const { text, level = 'refuse' } of requirements) {
      const { values, problems: found } = statedRequirements([text], storedTexts)
      problems.push(...found)
      for (const value of values) levels.set(value, strictest([level, levels.get(value) ?? level])!)
    }
    const ended = stored.filter(({ value }) => !levels.has(value))
    plans.push({ remove: ended, levels: [], insert: [] })
    for (const [value, level] of levels) {
      const rule = stored.find(rule => rule.value === value)
      plans.push(planRule(rule, requirementKey, value, level))
    }
  }
  return { plan: together(plans), problems }
}

/** Returns the rules as a policy is read from them, as they will be after the changes. */
export function datastoreRulesAfter(rules: readonly DatastoreRule[], plan: DatastoreRulesPlan): PolicyRow[] {
  const levels = new Map(plan.levels.map(({ rule, level }) => [rule, level]))
  const kept = rules.filter(rule => !plan.remove.includes(rule))
  return [
    ...kept.map(rule => ({ key: rule.key, value: rule.value, level: levels.get(rule) ?? rule.level })),
    ...plan.insert,
  ].map(({ key, value, level }) => ({ key, value, deleted: false, rule: { level, source: 'datastore' } }))
}

/** Replaces the rules of the datastore among those of a version. */
export const withDatastoreRules = (rows: readonly PolicyRow[], rules: readonly PolicyRow[]): PolicyRow[] => [
  ...rows.filter(({ rule }) => rule?.source !== 'datastore'),
  ...rules,
]
