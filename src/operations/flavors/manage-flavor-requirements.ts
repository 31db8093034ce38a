import { columnTextProblem } from '../../model/column-text.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Level } from '../../model/level.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { isProblem, parseRequirement } from '../../rules/allowed/flavor/parse-requirement.ts'
import { flavorKeys, readFlavorPolicy, requirementKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { isMet, printRequirement, type Requirement, readRequirement } from '../../rules/allowed/flavor/requirement.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import { type PolicyEffect, withEffect } from './policy-effect.ts'
import { writeLevel } from './rule-levels.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Adds requirements to a datastore version: all of them or none. Refuses a requirement that already exists; with
 * `ifMissing`, skips it instead.
 *
 * @param input.requirements as typed by the user
 * @param input.level their level; if omitted, the enforcement of the version applies
 * @returns the texts as stored, without repetition; `existing`: those that were skipped
 */
export async function addRequirements(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    requirements: readonly string[]
    ifMissing?: boolean
    level?: Level | undefined
  },
): Promise<{ added: readonly string[]; existing: readonly string[]; effect: PolicyEffect }> {
  const { versionId } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const texts = [...new Set(input.requirements.map(canonical))]
  const { effect, changed: added } = await withEffect(stores, await flavors.list(), versionId, async stores => {
    const added = await addRows(stores, clock, actor, {
      versionId,
      key: requirementKey,
      values: texts,
      duplicate: (requirement, stored) => flavorRefusal.requirement_already_set({ requirement, versionId, stored }),
      ifMissing: input.ifMissing,
    })
    for (const value of added) await startLevel(stores, clock, actor, { versionId, value, level: input.level })
    return added
  })
  return { added, existing: texts.filter(text => !added.includes(text)), effect }
}

/**
 * Gives a requirement that was just added its level. A level that it had before it was deleted no longer counts; it was
 * kept until now so that nobody could read the requirement without it.
 */
async function startLevel(
  stores: Omit<Stores, 'transaction'>,
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
 * @returns the texts as stored, without repetition
 */
export async function setRequirementLevel(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; requirements: readonly string[]; level: Level },
): Promise<{ changed: readonly string[]; effect: PolicyEffect }> {
  const { versionId, level } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  return withEffect(stores, await flavors.list(), versionId, async stores => {
    const rows = await stores.metadata.list(versionId, flavorKeys)
    const values = input.requirements.map(textOrId => {
      const row = rowNamed(
        rows.filter(({ key }) => key === requirementKey),
        textOrId,
      )
      if (!row) throw flavorRefusal.requirement_not_set({ requirement: textOrId, versionId })
      return row.value
    })
    const levels = ownLevels(rows, await stores.rules.ofVersion(versionId))
    const changed = [...new Set(values)]
    for (const value of changed) {
      const before = levels.get(value)
      if (before !== level)
        await writeLevel(stores, clock, actor, { versionId, key: requirementKey, value, level, before })
    }
    return changed
  })
}

/** The level of each requirement of a version itself, by its text. */
const ownLevels = (rows: readonly VersionMetadata[], rules: readonly PolicyRow[]): ReadonlyMap<string, Level> => {
  const own = rules.filter(({ rule }) => rule?.source === 'version')
  return new Map(readFlavorPolicy([...rows, ...own]).requirements.map(({ text, level }) => [text, level]))
}

function canonical(typed: string): string {
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
  input: { versionId: DatastoreVersionId; requirements: readonly string[]; ifExists?: boolean },
): Promise<{ deleted: readonly string[]; effect: PolicyEffect }> {
  const { versionId } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const { effect, changed } = await withEffect(stores, await flavors.list(), versionId, async stores => {
    const rows = await stores.metadata.list(versionId, [requirementKey])
    const missing = (requirement: string) => flavorRefusal.requirement_not_set({ requirement, versionId })
    const values = input.requirements.flatMap(textOrId => {
      const row = rowNamed(rows, textOrId)
      if (!row && !input.ifExists) throw missing(textOrId)
      return row ? [row.value] : []
    })
    const deleted = [...new Set(values)]
    for (const value of deleted)
      await deleteRow(stores, clock, actor, { versionId, key: requirementKey, value, missing: () => missing(value) })
    return deleted
  })
  return { deleted: changed, effect }
}

/** Finds a row by its id, its exact text, or another spelling. An invalid requirement has no other spelling. */
function rowNamed(rows: readonly VersionMetadata[], textOrId: string): VersionMetadata | undefined {
  const exact = rows.find(row => row.id === textOrId || row.value === textOrId)
  if (exact) return exact
  const parsed = parseRequirement(textOrId)
  return isProblem(parsed) ? undefined : rows.find(row => row.value === printRequirement(parsed))
}

/** A requirement as stored. */
export type StoredRequirement = Readonly<{
  id: string
  text: string
  since: Date
  /** Undefined if the text is invalid. */
  requirement: Requirement | undefined
  /** The number of flavors, out of all flavors, that meet it. */
  metBy: number
  level: Level
}>

/** Lists the requirements of a version in the order in which they were added. */
export async function listRequirements(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
): Promise<{ requirements: StoredRequirement[]; flavorCount: number }> {
  const rows = await stores.metadata.list(versionId, flavorKeys)
  const levels = ownLevels(rows, await stores.rules.ofVersion(versionId))
  const known = await flavors.list()
  const requirements = rows
    .filter(row => row.key === requirementKey)
    .map(row => {
      const requirement = readRequirement(row.value)
      const metBy = requirement ? known.filter(flavor => isMet(requirement, flavor)).length : 0
      const level = levels.get(row.value)!
      return { id: row.id, text: row.value, since: row.updatedAt ?? row.created, requirement, metBy, level }
    })
  return { requirements, flavorCount: known.length }
}
