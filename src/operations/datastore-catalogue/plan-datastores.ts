import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { DatastoreRule, PolicyRow } from '../../model/policy-rule.ts'
import {
  type DatastoreRulesPlan,
  datastoreRulesAfter,
  isEmptyRulesPlan,
  planStatedDatastoreRules,
} from '../../rules/version-rows/plan-datastore-rules.ts'

/** The rules of a datastore that the catalogue states, and what changes of them. */
export type PlannedDatastore = Readonly<{
  /** As stated; names match in any letter case. */
  name: string
  /** Undefined if it must be created. */
  datastore: Datastore | undefined
  plan: DatastoreRulesPlan
  isChange: boolean
  /** The rules after the change. */
  after: readonly PolicyRow[]
}>

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Plans the rules of each datastore in a catalogue, without regard to its versions. */
export function planDatastoreRules(
  catalogue: DatastoreCatalogue,
  datastores: readonly Datastore[],
  rules: readonly DatastoreRule[],
): { planned: readonly PlannedDatastore[]; problems: readonly PlacedProblem[] } {
  const problems: PlacedProblem[] = []
  const planned = catalogue.datastores.map(({ line, name, policy }) => {
    const datastore = datastores.find(each => each.name === name) ?? datastores.find(each => isSame(each.name, name))
    const stored = rules.filter(({ datastoreId }) => datastoreId === datastore?.id)
    const { plan, problems: found } = planStatedDatastoreRules(policy, stored)
    problems.push(...found.map(problem => ({ line, version: name, problem })))
    return { name, datastore, plan, isChange: !isEmptyRulesPlan(plan), after: datastoreRulesAfter(stored, plan) }
  })
  return { planned, problems }
}
