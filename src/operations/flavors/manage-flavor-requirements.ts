import { columnTextProblem } from '../../model/column-text.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Level, RuleSource } from '../../model/level.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { Refused } from '../../model/refused.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { isProblem, parseRequirement } from '../../rules/allowed/flavor/parse-requirement.ts'
import { enforcementKey, flavorKeys, readFlavorPolicy, requirementKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { isMet, printRequirement, type Requirement, readRequirement } from '../../rules/allowed/flavor/requirement.ts'
import { requirementsOf } from '../../rules/version-rows/plan-datastore-rules.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import { type ChangeOptions, type DryRun, type PolicyEffect, withEffect } from './policy-effect.ts'
import { writeLevel } from './rule-levels.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Adds requirements to a datastore version: all of them or none. Refuses a requirement that already exists; with
 * `ifMissing`, skips it instead.
 *
 * @param input.requirements as typed by the user
 * @param input.level their level; if omitted, the enforcement of the version applies
 * @returns the texts as stored, without repetition; `existing`: those that were skipped, with their levels
 */
export async function addRequirements(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    requirements: readonly string[]
    ifMissing?: boolean
    level?: Level | undefined
  } & ChangeOptions,
): Promise<{
  added: readonly string[]
  existing: readonly LeveledText[]
  effect: PolicyEffect
  dryRun: DryRun | undefined
}> {
  const { versionId } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const texts = [...new Set(input.requirements.map(canonicalRequirement))]
  const change = async (stores: Omit<Stores, 'transaction' | 'openSnapshot'>) => {
    const added = await addRows(stores, clock, actor, {
      versionId,
      key: requirementKey,
      values: texts,
      duplicate: async (requirement, stored) =>
        flavorRefusal.requirement_already_set({
          ...{ requirement, stored, level: (await levelOf(stores, versionId))(stored) },
          owner: { versionId, named: await nameVersion(stores, versionId) },
        }),
      ifMissing: input.ifMissing,
    })
    for (const value of added) await startLevel(stores, clock, actor, { versionId, value, level: input.level })
    const skipped = texts.filter(text => !added.includes(text))
    const level = skipped.length > 0 ? await levelOf(stores, versionId) : undefined
    return { added, existing: skipped.map(text => ({ text, level: level!(text) })) }
  }
  const { effect, changed, dryRun } = await withEffect(stores, await flavors.list(), input, change)
  return { ...changed, effect, dryRun }
}

/** A requirement as stored, with its level. */
export type LeveledText = Readonly<{ text: string; level: Level }>

/** Reads the levels of the requirements of a version itself. */
async function levelOf(
  { metadata, rules }: Pick<Stores, 'metadata' | 'rules'>,
  versionId: DatastoreVersionId,
): Promise<(text: string) => Level> {
  const rows = await metadata.list(versionId, [requirementKey, enforcementKey])
  const levels = ownLevels(rows, await rules.ofVersion(versionId))
  return text => levels.get(text) ?? 'refuse'
}

/**
 * Gives a requirement that was just added its level. A level that it had before it was deleted no longer counts; it was
 * kept until now so that nobody could read the requirement without it.
 */
async function startLevel(
  stores: Omit<Stores, 'transaction' | 'openSnapshot'>,
  clock: Clock,
  actor: Actor,
  { versionId, value, level }: { versionId: DatastoreVersionId; value: string; level: Level | undefined },
): Promise<void> {
  const rule = { versionId, key: requirementKey, value }
  await stores.rules.removeLevel(rule)
  if (level !== undefined) await writeLevel(stores, clock, actor, { ...rule, level, before: undefined })
}

/**
 * Sets the level of requirements of a version.
 *
 * @param input.requirements each as stored, or typed in another way with the same meaning, or the id of its row
 * @returns the texts as stored, without repetition; `same`: those of them that had the level already
 */
export async function setRequirementLevel(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; requirements: readonly string[]; level: Level } & ChangeOptions,
): Promise<{
  changed: readonly string[]
  same: readonly string[]
  effect: PolicyEffect
  dryRun: DryRun | undefined
}> {
  const { versionId, level } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const { changed, effect, dryRun } = await withEffect(stores, await flavors.list(), input, async stores => {
    const rows = await stores.metadata.list(versionId, flavorKeys)
    const values: string[] = []
    for (const textOrId of input.requirements) {
      const row = rowNamed(
        rows.filter(({ key }) => key === requirementKey),
        textOrId,
      )
      if (!row) throw await requirementMissing(stores, versionId, textOrId)
      values.push(row.value)
    }
    const levels = ownLevels(rows, await stores.rules.ofVersion(versionId))
    const changed = [...new Set(values)]
    const same = changed.filter(value => levels.get(value) === level)
    for (const value of changed.filter(value => !same.includes(value))) {
      const before = levels.get(value)
      await writeLevel(stores, clock, actor, { versionId, key: requirementKey, value, level, before })
    }
    return { changed, same }
  })
  return { ...changed, effect, dryRun }
}

/** The level of each requirement of a version itself, by its text. */
const ownLevels = (rows: readonly VersionMetadata[], rules: readonly PolicyRow[]): ReadonlyMap<string, Level> => {
  const own = rules.filter(({ rule }) => rule?.source === 'version')
  return new Map(readFlavorPolicy([...rows, ...own]).requirements.map(({ text, level }) => [text, level]))
}

/** Returns a requirement that a user typed, as it is stored. Refuses an invalid one. */
export function canonicalRequirement(typed: string): string {
  const parsed = parseRequirement(typed)
  if (isProblem(parsed)) throw flavorRefusal.requirement_not_understood({ typed, ...parsed })
  const text = printRequirement(parsed)
  const problem = columnTextProblem(text, 128)
  if (problem) throw flavorRefusal.requirement_unusable({ requirement: text, problem })
  return text
}

/**
 * Deletes requirements of a datastore version: all of them or none, or with `ifExists` those that exist.
 *
 * @param input.requirements each as stored, or typed in another way with the same meaning, or the id of its row
 */
export async function deleteRequirements(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; requirements: readonly string[]; ifExists?: boolean } & ChangeOptions,
): Promise<{ deleted: readonly string[]; effect: PolicyEffect; dryRun: DryRun | undefined }> {
  const { versionId } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const { effect, changed, dryRun } = await withEffect(stores, await flavors.list(), input, async stores => {
    const rows = await stores.metadata.list(versionId, [requirementKey])
    const values: string[] = []
    for (const textOrId of input.requirements) {
      const row = rowNamed(rows, textOrId)
      if (!row && !input.ifExists) throw await requirementMissing(stores, versionId, textOrId)
      if (row) values.push(row.value)
    }
    const deleted = [...new Set(values)]
    for (const value of deleted)
      await deleteRow(stores, clock, actor, {
        versionId,
        key: requirementKey,
        value,
        missing: () => requirementMissing(stores, versionId, value),
      })
    return deleted
  })
  return { deleted: changed, effect, dryRun }
}

/** The refusal of a requirement that a version does not have. Its datastore may have it. */
async function requirementMissing(
  { versions, datastores, rules }: Pick<Stores, 'versions' | 'datastores' | 'rules'>,
  versionId: DatastoreVersionId,
  textOrId: string,
): Promise<Refused> {
  const version = await versions.byId(versionId)
  const datastore = version && (await datastores.byId(version.datastoreId))
  const rule = datastore && rowNamed(requirementsOf(await rules.ofDatastores(datastore.id)), textOrId)
  if (datastore && rule)
    return flavorRefusal.requirement_of_datastore({ requirement: rule.value, datastore: datastore.name })
  return flavorRefusal.requirement_not_set({ requirement: textOrId, owner: { versionId } })
}

/** Finds a row by its id, its exact text, or another spelling. An invalid requirement has no other spelling. */
export function rowNamed<Row extends Pick<VersionMetadata, 'id' | 'value'>>(
  rows: readonly Row[],
  textOrId: string,
): Row | undefined {
  const exact = rows.find(row => row.id === textOrId || row.value === textOrId)
  if (exact) return exact
  const parsed = parseRequirement(textOrId)
  return isProblem(parsed) ? undefined : rows.find(row => row.value === printRequirement(parsed))
}

/** A requirement that applies to a version, as stored for it or for its datastore. */
export type StoredRequirement = Readonly<{
  id: string
  text: string
  since: Date
  /** Undefined if the text is invalid. */
  requirement: Requirement | undefined
  /** The number of flavors, out of all flavors, that meet it. */
  metBy: number
  level: Level
  source: RuleSource
}>

/** Lists the requirements of a version, and then those of its datastore, each in the order in which they were added. */
export async function listRequirements(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
): Promise<{ requirements: StoredRequirement[]; flavorCount: number }> {
  const rows = await stores.metadata.list(versionId, flavorKeys)
  const levels = ownLevels(rows, await stores.rules.ofVersion(versionId))
  const known = await flavors.list()
  const stored = (id: string, text: string, since: Date, level: Level, source: RuleSource): StoredRequirement => {
    const requirement = readRequirement(text)
    const metBy = requirement ? known.filter(flavor => isMet(requirement, flavor)).length : 0
    return { id, text, since, requirement, metBy, level, source }
  }
  const own = rows
    .filter(row => row.key === requirementKey)
    .map(row => stored(row.id, row.value, row.updatedAt ?? row.created, levels.get(row.value)!, 'version'))
  const version = await stores.versions.byId(versionId)
  const ofDatastore = requirementsOf(version ? await stores.rules.ofDatastores(version.datastoreId) : [])
  return {
    requirements: [
      ...own,
      ...ofDatastore.map(({ id, value, created, level }) => stored(id, value, created, level, 'datastore')),
    ],
    flavorCount: known.length,
  }
}
