import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { DatastoreRule, PolicyRow } from '../../model/policy-rule.ts'
import type { Stores } from '../../ports/stores.ts'
import { noneLeft } from '../../rules/allowed/flavor/none-left.ts'
import { readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import {
  type DatastoreRulesPlan,
  datastoreRulesAfter,
  isEmptyRulesPlan,
  planStatedDatastoreRules,
  withDatastoreRules,
} from '../../rules/version-rows/plan-datastore-rules.ts'
import { effectOf, type PolicyEffect } from '../flavors/policy-effect.ts'
import type { Known, PlanOptions } from './plan-version.ts'
import { withStored } from './stored-policies.ts'

/** The rules of a datastore that the catalogue states, and what changes of them. */
export type PlannedDatastore = Readonly<{
  line: number
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
    return { line, name, datastore, plan, isChange: !isEmptyRulesPlan(plan), after: datastoreRulesAfter(stored, plan) }
  })
  return { planned, problems }
}

/** The changed rules of one datastore. */
export type DatastorePlan = PlannedDatastore &
  Readonly<{ effects: readonly Readonly<{ label: string; effect: PolicyEffect }>[] }>

/**
 * Adds to each changed datastore the effect on those of its versions that change in no other way. The problems of versions
 * that have an entry are found with it.
 */
export async function plansOfDatastores(
  stores: Pick<Stores, 'instances' | 'metadata' | 'rules'>,
  changed: readonly PlannedDatastore[],
  existing: Readonly<{
    affected: readonly DatastoreVersion[]
    /** Ids of the versions that have an entry, and of those that change because of it. */
    stated: ReadonlySet<string>
    changing: ReadonlySet<string>
  }>,
  known: Known,
  labelOf: (version: DatastoreVersion) => string,
  { allowNone }: PlanOptions,
): Promise<{ plans: readonly DatastorePlan[]; problems: readonly PlacedProblem[] }> {
  const plans: DatastorePlan[] = []
  const problems: PlacedProblem[] = []
  for (const planned of changed) {
    const versions = existing.affected.filter(
      ({ id, datastoreId }) => datastoreId === planned.datastore?.id && !existing.changing.has(id),
    )
    const effects: { label: string; effect: PolicyEffect }[] = []
    for await (const [version, { rows, rules }] of withStored(stores, versions, version => version)) {
      const before = [...rows, ...rules]
      const [was, is] = [readFlavorPolicy(before), readFlavorPolicy(withDatastoreRules(before, planned.after))]
      const effect = effectOf(known.flavors.all, was, is, await stores.instances.countByFlavor(version.id))
      const label = labelOf(version)
      effects.push({ label, effect })
      const none = allowNone || existing.stated.has(version.id) ? undefined : noneLeft(was, is, effect)
      if (none) problems.push({ line: planned.line, version: label, problem: { code: 'no_flavor_left', ...none } })
    }
    plans.push({ ...planned, effects })
  }
  return { plans, problems }
}
