import { columnTextProblem } from '../../model/column-text.ts'
import type { Flavor } from '../../model/flavor.ts'
import { type DatastoreVersionId, type FlavorId, isUuidLike } from '../../model/ids.ts'
import type { Actor, PolicyEvent } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal, type Misfit } from '../../rules/allowed/flavor/refusals.ts'
import { waiverKey } from '../../rules/allowed/flavor/waive.ts'
import { flavorsToName, listedToName } from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import { type ChangeOptions, type DryRun, type PolicyEffect, withEffect } from './policy-effect.ts'
import { raiseObjection } from './raise-objection.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Associates flavors with a datastore version: all of them or none. Refuses duplicates; unknown flavors, unless `check` is
 * off; and flavors that do not meet the requirements, unless `force` is on. Even with `force`, such a flavor is still
 * refused when an instance asks for it. With `ifMissing`, associated flavors are skipped instead of refused.
 *
 * @param input.flavorIds trimmed and without repetition; `findTypedFlavors` makes them of what a user typed
 */
export async function associateFlavors(
  ports: Needs & Pick<Ports, 'objected'>,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    flavorIds: readonly FlavorId[]
    check: boolean
    force?: boolean
    ifMissing?: boolean
  } & ChangeOptions,
): Promise<{
  effect: PolicyEffect
  misfits: readonly Misfit[]
  added: readonly NamedFlavor[]
  dryRun: DryRun | undefined
}> {
  const { stores, flavors, clock } = ports
  const { versionId, flavorIds } = input
  refuseUnusable(flavorIds)
  const known = await flavors.list()
  if (input.check) refuseUnknownFlavors(flavorIds, known)
  const objectTo = async (misfits: readonly Misfit[], outcome: 'refused' | 'warned') => {
    if (misfits.length === 0 || input.dryRun) return
    const named = await nameVersion(stores, versionId)
    for (const misfit of misfits) raiseObjection(ports, { moment: 'association', outcome, versionId, named, ...misfit })
  }
  let added: readonly FlavorId[] = []
  try {
    const { effect, after, dryRun } = await withEffect(
      stores,
      known,
      input,
      async stores => {
        added = await addRows(stores, clock, actor, {
          versionId,
          key: flavorKey,
          values: flavorIds,
          duplicate: (flavorId, stored) => flavorRefusal.flavor_already_associated({ flavorId, versionId, stored }),
          ifMissing: input.ifMissing,
          flavors: byId(known),
        })
      },
      after => {
        const misfits = misfitsOf(added, known, after)
        if (!input.force && misfits.some(({ verdict }) => !verdict.allowed)) throw new BreakRequirements(misfits)
      },
    )
    const misfits = misfitsOf(added, known, after)
    await objectTo(misfits, 'warned')
    return { effect, misfits, added: namesOf(added, known), dryRun }
  } catch (error) {
    if (!(error instanceof BreakRequirements)) throw error
    await objectTo(error.misfits, 'refused')
    throw flavorRefusal.flavors_break_requirements({ versionId, misfits: error.misfits })
  }
}

/**
 * Thrown to roll back the transaction. The refusal is made outside of it, because reporting objections reads the
 * database.
 */
class BreakRequirements extends Error {
  readonly misfits: readonly Misfit[]

  constructor(misfits: readonly Misfit[]) {
    super()
    this.misfits = misfits
  }
}

/** Refuses flavors that do not exist. */
export function refuseUnknownFlavors(flavorIds: readonly FlavorId[], known: readonly Flavor[]): void {
  const unknown = flavorIds.filter(id => !known.some(flavor => flavor.id === id))
  if (unknown.length > 0)
    throw flavorRefusal.flavors_to_associate_unknown({ flavorIds: unknown, alternatives: flavorsToName(known) })
}

function refuseUnusable(flavorIds: readonly FlavorId[]): void {
  if (flavorIds.length === 0) throw flavorRefusal.no_flavor_ids({})
  for (const flavorId of flavorIds) {
    const problem = columnTextProblem(flavorId, 128)
    if (problem) throw flavorRefusal.flavor_id_unusable({ flavorId, problem })
  }
}

/** Returns the flavors that do not meet the requirements of the version although they are associated. */
export function misfitsOf(flavorIds: readonly FlavorId[], known: readonly Flavor[], policy: FlavorPolicy): Misfit[] {
  const flavors = byId(known)
  return flavorIds
    .map(flavorId => ({
      flavorId,
      verdict: decide({ id: flavorId, flavor: flavors.get(flavorId) ?? 'unknown' }, policy),
    }))
    .filter(({ verdict }) => verdict.reasons.length > 0)
}

/**
 * Deletes associations: all of them or none, or with `ifExists` those that exist. Ids that Trove stored with blanks around
 * them are found with these blanks.
 */
export async function dissociateFlavors(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; flavorIds: readonly FlavorId[]; ifExists?: boolean } & ChangeOptions,
): Promise<{ deleted: readonly FlavorId[]; effect: PolicyEffect; dryRun: DryRun | undefined }> {
  const { versionId, flavorIds } = input
  if (flavorIds.length === 0) throw flavorRefusal.no_flavor_ids({})
  const known = await flavors.list()
  const { effect, changed, dryRun } = await withEffect(stores, known, input, async stores => {
    const { associated } = readFlavorPolicy(await stores.metadata.list(versionId, flavorKeys))
    const missing = async (flavorId: FlavorId) => {
      const named = await nameVersion(stores, versionId)
      const alternatives = listedToName('flavor', namesOf([...associated], known))
      return flavorRefusal.flavor_not_associated({ flavorId, versionId, named, alternatives })
    }
    const deleted: FlavorId[] = []
    const common = { versionId, key: flavorKey, ifExists: input.ifExists, flavors: byId(known) }
    for (const value of flavorIds) {
      const deletion = { ...common, value, missing: () => missing(value) }
      if (await deleteRow(stores, clock, actor, deletion)) deleted.push(value)
    }
    return deleted
  })
  return { deleted: changed, effect, dryRun }
}

/** A flavor with its name; undefined if it does not exist. */
type NamedFlavor = Readonly<{ id: FlavorId; name: string | undefined }>

function namesOf(flavorIds: readonly FlavorId[], known: readonly Flavor[]): NamedFlavor[] {
  const flavors = byId(known)
  return flavorIds.map(id => ({ id, name: flavors.get(id)?.name }))
}

const byId = (known: readonly Flavor[]): ReadonlyMap<FlavorId, Flavor> =>
  new Map(known.map(flavor => [flavor.id, flavor]))

export type Association = Readonly<{ flavorId: FlavorId; flavor: Flavor | 'unknown'; since: Date }>

/**
 * Lists the associations of a version in the order in which they were added. A flavor that no longer exists is `unknown`.
 */
export async function listAssociations(
  { stores, flavors }: Needs,
  versionId: DatastoreVersionId,
): Promise<{ associations: Association[]; policy: FlavorPolicy }> {
  const rows = await stores.metadata.list(versionId, flavorKeys)
  const known = byId(await flavors.list())
  const associations = rows
    .filter(row => row.key === flavorKey)
    .map(row => ({
      flavorId: row.value,
      flavor: known.get(row.value) ?? ('unknown' as const),
      since: row.updatedAt ?? row.created,
    }))
  return { associations, policy: readFlavorPolicy([...rows, ...(await stores.rules.ofVersion(versionId))]) }
}

/** Lists the changes of a version's flavor policy and of waivers for this version, newest first. Also works for a version that was deleted. */
export async function listFlavorEvents(
  { stores }: Pick<Ports, 'stores'>,
  versionId: DatastoreVersionId,
): Promise<PolicyEvent[]> {
  if (!isUuidLike(versionId)) throw refusal.datastore_version_unknown({ version: versionId })
  return stores.events.list(versionId, [...flavorKeys, waiverKey])
}
