import { columnTextProblem } from '../../model/column-text.ts'
import { type Flavor, nearestFlavor } from '../../model/flavor.ts'
import { type DatastoreVersionId, type FlavorId, isUuidLike } from '../../model/ids.ts'
import type { Actor, PolicyEvent } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal, type Misfit } from '../../rules/allowed/flavor/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import { type PolicyEffect, withEffect } from './policy-effect.ts'
import { raiseObjection } from './raise-objection.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Associates flavors with a datastore version: all of them or none. A duplicate is refused by name; so is a flavor that
 * does not exist, unless `check` is off, and one that breaks the requirements, unless `force` is on. Force makes no
 * flavor admissible: it is refused whenever somebody wants it.
 *
 * @param input.flavorIds as typed: trimmed and without repetition
 */
export async function associateFlavors(
  ports: Needs & Pick<Ports, 'objected'>,
  actor: Actor,
  input: { versionId: DatastoreVersionId; flavorIds: readonly FlavorId[]; check: boolean; force?: boolean },
): Promise<{ effect: PolicyEffect; misfits: readonly Misfit[] }> {
  const { stores, flavors, clock } = ports
  const { versionId, flavorIds } = input
  refuseUnusable(flavorIds)
  const known = await flavors.list()
  const unknown = flavorIds.filter(id => !known.some(flavor => flavor.id === id))
  if (input.check && unknown.length > 0)
    throw flavorRefusal.flavors_to_associate_unknown({ flavorIds: unknown, ...meantBy(unknown[0]!, known) })
  const objectTo = async (misfits: readonly Misfit[], outcome: 'refused' | 'warned') => {
    for (const misfit of misfits) await raiseObjection(ports, { moment: 'association', outcome, versionId, ...misfit })
  }
  try {
    const { effect, after } = await withEffect(
      stores,
      known,
      versionId,
      stores =>
        addRows(stores, clock, actor, {
          versionId,
          key: flavorKey,
          values: flavorIds,
          duplicate: (flavorId, stored) => flavorRefusal.flavor_already_associated({ flavorId, versionId, stored }),
        }),
      after => {
        const misfits = misfitsOf(flavorIds, known, after)
        if (!input.force && misfits.some(({ verdict }) => !verdict.allowed)) throw new BreakRequirements(misfits)
      },
    )
    const misfits = misfitsOf(flavorIds, known, after)
    await objectTo(misfits, 'warned')
    return { effect, misfits }
  } catch (error) {
    if (!(error instanceof BreakRequirements)) throw error
    await objectTo(error.misfits, 'refused')
    throw flavorRefusal.flavors_break_requirements({ versionId, misfits: error.misfits })
  }
}

/** Undoes the transaction; what it is refused with is looked up outside it. */
class BreakRequirements extends Error {
  readonly misfits: readonly Misfit[]

  constructor(misfits: readonly Misfit[]) {
    super()
    this.misfits = misfits
  }
}

function refuseUnusable(flavorIds: readonly FlavorId[]): void {
  if (flavorIds.length === 0) throw flavorRefusal.no_flavor_ids({})
  for (const flavorId of flavorIds) {
    const problem = columnTextProblem(flavorId, 128)
    if (problem) throw flavorRefusal.flavor_id_unusable({ flavorId, problem })
  }
}

/** Of flavors that are associated, those that something speaks against all the same. */
function misfitsOf(flavorIds: readonly FlavorId[], known: readonly Flavor[], policy: FlavorPolicy): Misfit[] {
  const byId = new Map(known.map(flavor => [flavor.id, flavor]))
  return flavorIds
    .map(flavorId => ({ flavorId, verdict: decide({ id: flavorId, flavor: byId.get(flavorId) ?? 'unknown' }, policy) }))
    .filter(({ verdict }) => verdict.reasons.length > 0)
}

/** Which flavor somebody may have meant by an id that none of these has, as facts of a refusal. */
function meantBy(typed: string, flavors: readonly Flavor[]) {
  const nearest = nearestFlavor(typed, flavors)
  return { nearestId: nearest?.id, nearestName: nearest?.name }
}

/** Ends associations, all of them or none. An id that was stored with blanks around it, as Trove may have done, is found as given. */
export async function dissociateFlavors(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; flavorIds: readonly FlavorId[] },
): Promise<PolicyEffect> {
  const { versionId, flavorIds } = input
  if (flavorIds.length === 0) throw flavorRefusal.no_flavor_ids({})
  const known = await flavors.list()
  const { effect } = await withEffect(stores, known, versionId, async stores => {
    const { associated } = readFlavorPolicy(await stores.metadata.list(versionId, flavorKeys))
    const missing = (flavorId: FlavorId) =>
      flavorRefusal.flavor_not_associated({ flavorId, versionId, associated: namesOf([...associated], known) })
    for (const flavorId of flavorIds)
      await deleteRow(stores, clock, actor, {
        versionId,
        key: flavorKey,
        value: flavorId,
        missing: () => missing(flavorId),
      })
  })
  return effect
}

const namesOf = (flavorIds: readonly FlavorId[], known: readonly Flavor[]) =>
  flavorIds.map(id => ({ id, name: known.find(flavor => flavor.id === id)?.name }))

export type Association = Readonly<{ flavorId: FlavorId; flavor: Flavor | 'unknown'; since: Date }>

/** The associations of a version, in the order they were made; a flavor that is gone is `unknown`. */
export async function listAssociations(
  { stores, flavors }: Needs,
  versionId: DatastoreVersionId,
): Promise<{ associations: Association[]; policy: FlavorPolicy }> {
  const rows = await stores.metadata.list(versionId, flavorKeys)
  const known = new Map((await flavors.list()).map(flavor => [flavor.id, flavor]))
  const associations = rows
    .filter(row => row.key === flavorKey)
    .map(row => ({
      flavorId: row.value,
      flavor: known.get(row.value) ?? ('unknown' as const),
      since: row.updatedAt ?? row.created,
    }))
  return { associations, policy: readFlavorPolicy(rows) }
}

/** Who changed what the version allows, newest first. The version itself need not be there any more. */
export async function listFlavorEvents(
  { stores }: Pick<Ports, 'stores'>,
  versionId: DatastoreVersionId,
): Promise<PolicyEvent[]> {
  if (!isUuidLike(versionId)) throw refusal.datastore_version_unknown({ version: versionId })
  return stores.events.list(versionId, flavorKeys)
}
