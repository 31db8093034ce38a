import { columnTextProblem } from '../../model/column-text.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { Ports } from '../../ports/ports.ts'
import { isProblem, parseRequirement } from '../../rules/allowed/flavor/parse-requirement.ts'
import { flavorKeys, requirementKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { isMet, printRequirement, type Requirement, readRequirement } from '../../rules/allowed/flavor/requirement.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import { type PolicyEffect, withEffect } from './policy-effect.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Adds requirements to a datastore version: all of them or none. Refuses a requirement that already exists; with
 * `ifMissing`, skips it instead.
 *
 * @param input.requirements as typed by the user
 * @returns the texts as stored, without repetition; `existing`: those that were skipped
 */
export async function addRequirements(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; requirements: readonly string[]; ifMissing?: boolean },
): Promise<{ added: readonly string[]; existing: readonly string[]; effect: PolicyEffect }> {
  const { versionId } = input
  if (input.requirements.length === 0) throw flavorRefusal.no_requirements({})
  const texts = [...new Set(input.requirements.map(canonical))]
  const { effect, changed: added } = await withEffect(stores, await flavors.list(), versionId, stores =>
    addRows(stores, clock, actor, {
      versionId,
      key: requirementKey,
      values: texts,
      duplicate: (requirement, stored) => flavorRefusal.requirement_already_set({ requirement, versionId, stored }),
      ifMissing: input.ifMissing,
    }),
  )
  return { added, existing: texts.filter(text => !added.includes(text)), effect }
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
}>

/** Lists the requirements of a version in the order in which they were added. */
export async function listRequirements(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
): Promise<{ requirements: StoredRequirement[]; flavorCount: number }> {
  const rows = await stores.metadata.list(versionId, flavorKeys)
  const known = await flavors.list()
  const requirements = rows
    .filter(row => row.key === requirementKey)
    .map(row => {
      const requirement = readRequirement(row.value)
      const metBy = requirement ? known.filter(flavor => isMet(requirement, flavor)).length : 0
      return { id: row.id, text: row.value, since: row.updatedAt ?? row.created, requirement, metBy }
    })
  return { requirements, flavorCount: known.length }
}
