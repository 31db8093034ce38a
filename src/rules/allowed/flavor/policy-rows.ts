import type { FlavorId } from '../../../model/ids.ts'
import { type Level, type RuleSource, readLevel, strictest } from '../../../model/level.ts'
import type { PolicyRow } from '../../../model/policy-rule.ts'
import type { Waiver } from '../../../model/waiver.ts'
import { type Requirement, readRequirement } from './requirement.ts'

export const flavorKey = 'flavor'
export const requirementKey = 'flavor_requirement'
export const restrictionKey = 'flavor_restriction'
export const enforcementKey = 'flavor_enforcement'

/**
 * The keys of `datastore_version_metadata` that determine which flavors a datastore version allows. There are no others.
 */
export const flavorKeys = [flavorKey, requirementKey, restrictionKey, enforcementKey] as const

/** The level of a rule, and whose rule it is. */
type Sourced = Readonly<{ level: Level; source: RuleSource }>

/** A requirement as stored; `requirement` is undefined if the text is invalid. Then it is met by no flavor. */
export type PolicyRequirement = Sourced & Readonly<{ text: string; requirement: Requirement | undefined }>

/** The flavor policy of a datastore version: its own rules, and those of its datastore. */
export type FlavorPolicy = Readonly<{
  associated: ReadonlySet<FlavorId>
  /** What allows associated flavors only. Empty: without associations every flavor is allowed, as in Trove. */
  lists: readonly Sourced[]
  /** All requirements in ascending order of their texts, and each text once, with the strictest of its levels. */
  requirements: readonly PolicyRequirement[]
  /** What is waived for the project and the instance in question. Empty for what the version says to everybody. */
  waivers: readonly Waiver[]
  /** What is stated for the version itself. */
  own: Readonly<{
    /** True: only associated flavors are allowed, even if there are none. */
    onlyListed: boolean
    /** In ascending order. */
    requirementTexts: readonly string[]
    /** The level of those of its rules that have no level of their own. */
    enforcement: Level
    /** The level of its list, also while it has none. */
    listLevel: Level
  }>
}>

/** The value of the row with the level of the list of a version. */
export const listValue = 'listed'

/**
 * Reads the flavor policy from the rows of one datastore version and its datastore. Deleted rows and rows with other keys
 * are ignored. Unknown values are read strictly: any restriction means `listed`, and any unknown level `refuse`. The order
 * of the rows does not matter: reasons always come in the same order.
 *
 * @param waivers those that apply to the project and the instance in question
 */
export function readFlavorPolicy(rows: readonly PolicyRow[], waivers: readonly Waiver[] = []): FlavorPolicy {
  const live = rows.filter(row => !row.deleted)
  const valuesOf = (key: string) => live.filter(row => !row.rule && row.key === key).map(row => row.value)
  const rulesOf = (key: string) => live.filter(row => row.key === key && row.rule) as Required<PolicyRow>[]
  const enforcement = strictest(valuesOf(enforcementKey).map(readLevel)) ?? 'refuse'
  const ownRule = (levels: readonly Required<PolicyRow>[]): Sourced => ({
    level: strictest(levels.flatMap(({ rule }) => (rule.source === 'version' ? rule.level : []))) ?? enforcement,
    source: 'version',
  })
  const ofDatastore = (levels: readonly Required<PolicyRow>[]): Sourced[] =>
    levels.flatMap(({ rule }) => (rule.source === 'datastore' ? rule : []))
  const associated = new Set(valuesOf(flavorKey))
  const onlyListed = valuesOf(restrictionKey).length > 0
  const ofLists = rulesOf(restrictionKey)
  const requirementTexts = [...new Set(valuesOf(requirementKey))].sort()
  const ofRequirements = Map.groupBy(rulesOf(requirementKey), row => row.value)
  const sourced = (text: string): Sourced[] => {
    const levels = ofRequirements.get(text) ?? []
    return [...ofDatastore(levels), ...(requirementTexts.includes(text) ? [ownRule(levels)] : [])]
  }
  const texts = new Set([...requirementTexts, ...ofRequirements.keys()])
  return {
    associated,
    lists: [...ofDatastore(ofLists), ...(onlyListed || associated.size > 0 ? [ownRule(ofLists)] : [])],
    requirements: [...texts].sort().flatMap(text => {
      const rule = strictestOf(sourced(text))
      return rule ? [{ text, requirement: readRequirement(text), ...rule }] : []
    }),
    waivers,
    own: { onlyListed, requirementTexts, enforcement, listLevel: ownRule(ofLists).level },
  }
}

/** The strictest of several rules; of two that are as strict, the first. */
export function strictestOf(rules: readonly Sourced[]): Sourced | undefined {
  const level = strictest(rules.map(({ level }) => level))
  const rule = rules.find(rule => rule.level === level)
  return rule && { level: rule.level, source: rule.source }
}

/**
 * True when flavors are restricted to associations: the version has some (Trove's rule), or its restriction or that of its
 * datastore is `listed`.
 */
export const isRestricted = ({ lists }: Pick<FlavorPolicy, 'lists'>): boolean => lists.length > 0
