import type { Datastore } from '../../model/datastore.ts'
import { type DatastoreVersion, namedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { Restriction } from '../../model/flavor-policy.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Level } from '../../model/level.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { DatastoreRule } from '../../model/policy-rule.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { requirementKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { isMet, type Requirement, readRequirement } from '../../rules/allowed/flavor/requirement.ts'
import {
  type DatastoreRulesPlan,
  listOf,
  planStatedDatastoreRules,
  requirementsOf,
} from '../../rules/version-rows/plan-datastore-rules.ts'
import { findDatastore } from '../datastores/find-datastore-version.ts'
import type { Viewer } from '../datastores/visible-datastores.ts'
import { changeOrTry } from '../dry-run.ts'
import { loadFlavorPolicies } from './load-flavor-policy.ts'
import { canonicalRequirement, type LeveledText, rowNamed } from './manage-flavor-requirements.ts'
import { type ChangeOptions, type DryRun, effectOf, type PolicyEffect, refuseNoneLeft } from './policy-effect.ts'
import { readTouched, touchedFlavors } from './touched-instances.ts'
import { writeDatastoreRules } from './write-datastore-rules.ts'

/**
 * The rules of a datastore: requirements, and whether a list is necessary. They apply to each of its versions, those to
 * come included; a version can only add to them. What they mean for a flavor is decided by `decide`, as for the rules of a
 * version.
 */

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/** Who changes the rules of which datastore, by its id or name. */
type Change = Readonly<{ actor: Actor; viewer: Viewer; datastore: string }> & ChangeOptions

/** What a change of the rules of a datastore means. */
export type DatastoreEffect = Readonly<{
  /** The effect on each of its versions. */
  effects: readonly VersionEffect[]
  /** The rules after the change. */
  policy: DatastorePolicy
  /** Whether there was anything to change. */
  changes: boolean
  /** Undefined if the change was made. */
  dryRun: DryRun | undefined
}>

/** The effect of a change on one version of the datastore. */
export type VersionEffect = Readonly<{ version: DatastoreVersion; effect: PolicyEffect }>

/**
 * Changes the rules of a datastore while holding it and all its versions, and returns the effect on each version.
 *
 * @param plan plans the changes; a refusal that it throws leaves everything as it is
 */
async function changeRules(
  { stores, flavors, clock }: Needs,
  { actor, viewer, datastore: idOrName, dryRun, allowNone }: Change,
  plan: (rules: readonly DatastoreRule[], datastore: Datastore) => DatastoreRulesPlan,
): Promise<DatastoreEffect & { plan: DatastoreRulesPlan }> {
  const known = await flavors.list()
  const { result, changes } = await changeOrTry(stores, dryRun !== undefined, async stores => {
    await stores.datastores.lockAll()
    const datastore = await findDatastore(stores, viewer, idOrName)
    const versions = await stores.versions.list(datastore.id)
    // Always lock in the same order, so that two processes cannot deadlock.
    for (const id of versions.map(({ id }) => id).sort()) await stores.versions.lock(id)
    const before = await loadFlavorPolicies(stores, versions)
    const planned = plan(await stores.rules.ofDatastores(datastore.id), datastore)
    await writeDatastoreRules(stores, clock, actor, datastore.id, planned)
    const after = await loadFlavorPolicies(stores, versions)
    const effects: VersionEffect[] = []
    const objectedTo = new Map<DatastoreVersionId, ReturnType<typeof touchedFlavors>>()
    for (const version of versions) {
      const onFlavor = await stores.instances.countByFlavor(version.id)
      const [was, is] = [before.get(version.id)!, after.get(version.id)!]
      const effect = effectOf(known, was, is, onFlavor)
      if (!allowNone) refuseNoneLeft(namedVersion(datastore, version), was, is, effect)
      effects.push({ version, effect })
      if (dryRun) objectedTo.set(version.id, touchedFlavors(known, was, is, onFlavor))
    }
    const policy = await policyOf(stores, known, datastore)
    const touched = dryRun && (await readTouched(stores, known, objectedTo, dryRun))
    return { plan: planned, effects, policy, touched }
  })
  const { touched, ...rest } = result
  return { ...rest, changes, dryRun: touched && { changes, touched } }
}

/**
 * Adds requirements to a datastore: all of them or none. Refuses a requirement that already exists; with `ifMissing`, skips
 * it instead.
 *
 * @param input.requirements as typed by the user
 * @param input.level their level; they refuse if it is omitted
 * @returns the texts as stored, without repetition; `existing`: those that were skipped, with their levels
 */
export async function addDatastoreRequirements(
  ports: Needs,
  change: Change,
  input: { requirements: readonly string[]; ifMissing?: boolean; level?: Level | undefined },
): Promise<DatastoreEffect & { added: readonly string[]; existing: readonly LeveledText[] }> {
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const texts = [...new Set(input.requirements.map(canonicalRequirement))]
  const { level = 'refuse' } = input
  let existing: readonly LeveledText[] = []
  const { plan, ...effect } = await changeRules(ports, change, (rules, { name: datastore }) => {
    const stored = new Map(requirementsOf(rules).map(({ value, level }) => [value, level]))
    existing = texts.flatMap(text => (stored.has(text) ? [{ text, level: stored.get(text)! }] : []))
    const [first] = existing
    if (first && !input.ifMissing)
      throw flavorRefusal.requirement_already_set({
        ...{ requirement: first.text, stored: first.text, level: first.level },
        owner: { datastore },
      })
    const added = texts.filter(text => !stored.has(text))
    return { ...nothing, insert: added.map(value => ({ key: requirementKey, value, level })) }
  })
  return { added: plan.insert.map(({ value }) => value), existing, ...effect }
}

const nothing: DatastoreRulesPlan = { remove: [], levels: [], insert: [] }

/**
 * Deletes requirements of a datastore: all of them or none, or with `ifExists` those that exist.
 *
 * @param input.requirements each as stored, or typed in another way with the same meaning, or its id
 */
export async function deleteDatastoreRequirements(
  ports: Needs,
  change: Change,
  input: { requirements: readonly string[]; ifExists?: boolean },
): Promise<DatastoreEffect & { deleted: readonly string[] }> {
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const { plan, ...effect } = await changeRules(ports, change, (rules, datastore) => ({
    ...nothing,
    remove: namedRules(rules, datastore, input.requirements, input.ifExists),
  }))
  return { deleted: plan.remove.map(({ value }) => value), ...effect }
}

/**
 * Sets the level of requirements of a datastore.
 *
 * @param input.requirements each as stored, or typed in another way with the same meaning, or its id
 * @returns the texts as stored, without repetition; `same`: those of them that had the level already
 */
export async function setDatastoreRequirementLevel(
  ports: Needs,
  change: Change,
  input: { requirements: readonly string[]; level: Level },
): Promise<DatastoreEffect & { changed: readonly string[]; same: readonly string[] }> {
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const { level } = input
  let changed: readonly DatastoreRule[] = []
  const { plan: _, ...effect } = await changeRules(ports, change, (rules, datastore) => {
    changed = namedRules(rules, datastore, input.requirements)
    const different = changed.filter(rule => rule.level !== level)
    return { ...nothing, levels: different.map(rule => ({ rule, level })) }
  })
  const same = changed.filter(rule => rule.level === level)
  return { changed: changed.map(({ value }) => value), same: same.map(({ value }) => value), ...effect }
}

/** The requirements that a user names, without repetition. Refuses those that do not exist, unless `ifExists` is set. */
function namedRules(
  rules: readonly DatastoreRule[],
  { name: datastore }: Datastore,
  texts: readonly string[],
  ifExists = false,
): DatastoreRule[] {
  const named = texts.flatMap(textOrId => {
    const rule = rowNamed(requirementsOf(rules), textOrId)
    if (!rule && !ifExists) throw flavorRefusal.requirement_not_set({ requirement: textOrId, owner: { datastore } })
    return rule ?? []
  })
  return [...new Set(named)]
}

/**
 * Sets whether the versions of a datastore allow only what is on their lists, and what becomes of other flavors. Omitted
 * fields stay as they are. Refuses a level of the list where no list is necessary, since it would mean nothing.
 */
export async function setDatastoreFlavorPolicy(
  ports: Needs,
  change: Change,
  input: { restriction?: Restriction | undefined; listLevel?: Level | undefined },
): Promise<DatastoreEffect> {
  const { plan: _, ...effect } = await changeRules(ports, change, (rules, { name: datastore }) => {
    const isListed = (input.restriction ?? (listOf(rules) ? 'listed' : 'open')) === 'listed'
    if (input.listLevel !== undefined && !isListed) throw flavorRefusal.list_level_without_list({ datastore })
    return planStatedDatastoreRules(input, rules).plan
  })
  return effect
}

/** A requirement of a datastore. */
export type DatastoreRequirement = Readonly<{
  id: string
  text: string
  since: Date
  /** Undefined if the text is invalid. */
  requirement: Requirement | undefined
  /** The number of flavors, out of all flavors, that meet it. */
  metBy: number
  level: Level
}>

export type DatastorePolicy = Readonly<{
  datastore: Datastore
  restriction: Restriction
  /** Undefined where no list is necessary. */
  listLevel: Level | undefined
  /** In the order in which they were added. */
  requirements: readonly DatastoreRequirement[]
  flavorCount: number
  versionCount: number
}>

/** Shows the rules of a datastore. */
export async function showDatastorePolicy(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  viewer: Viewer,
  idOrName: string,
): Promise<DatastorePolicy> {
  const datastore = await findDatastore(stores, viewer, idOrName)
  return policyOf(stores, await flavors.list(), datastore)
}

async function policyOf(
  stores: Pick<Stores, 'rules' | 'versions'>,
  known: readonly Flavor[],
  datastore: Datastore,
): Promise<DatastorePolicy> {
  const rules = await stores.rules.ofDatastores(datastore.id)
  const list = listOf(rules)
  return {
    datastore,
    restriction: list ? 'listed' : 'open',
    listLevel: list?.level,
    requirements: requirementsOf(rules).map(({ id, value, created, level }) => {
      const requirement = readRequirement(value)
      const metBy = requirement ? known.filter(flavor => isMet(requirement, flavor)).length : 0
      return { id, text: value, since: created, requirement, metBy, level }
    }),
    flavorCount: known.length,
    versionCount: (await stores.versions.list(datastore.id)).length,
  }
}
