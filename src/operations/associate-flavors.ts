import { decide } from '../allowed/flavor/decide.ts'
import {
  type FlavorPolicy,
  flavorKey,
  flavorKeys,
  isRestricted,
  readFlavorPolicy,
} from '../allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../allowed/flavor/refusals.ts'
import { columnTextProblem } from '../model/column-text.ts'
import { type Flavor, nearestFlavor } from '../model/flavor.ts'
import { type DatastoreVersionId, type FlavorId, isUuidLike } from '../model/ids.ts'
import type { Actor, PolicyEvent } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import { refusal } from '../rules/refusals.ts'
import { addRows, deleteRow } from './version-metadata-rows.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/** What a change of associations did, so that it can be said aloud. */
export type AssociationEffect = Readonly<{
  /** Set when the version began or ceased to restrict flavors. */
  became: 'restricted' | 'open' | undefined
  flavorsAllowed: number
  flavorsFellOut: number
  /** Instances of the version on the flavors that fell out; they go on running. */
  instancesOnThem: number
}>

/**
 * Associates flavors with a datastore version: all of them or none. A duplicate is refused by name, and so is a flavor
 * that does not exist, unless `check` is off.
 *
 * @param flavorIds as typed: trimmed and without repetition
 */
export async function associateFlavors(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; flavorIds: readonly FlavorId[]; check: boolean },
): Promise<AssociationEffect> {
  const { versionId, flavorIds } = input
  if (flavorIds.length === 0) throw flavorRefusal.no_flavor_ids({})
  for (const flavorId of flavorIds) {
    const problem = columnTextProblem(flavorId, 128)
    if (problem) throw flavorRefusal.flavor_id_unusable({ flavorId, problem })
  }
  const known = await flavors.list()
  const unknown = flavorIds.filter(id => !known.some(flavor => flavor.id === id))
  if (input.check && unknown.length > 0)
    throw flavorRefusal.flavors_to_associate_unknown({ flavorIds: unknown, ...meantBy(unknown[0]!, known) })
  return withEffect(stores, known, versionId, stores =>
    addRows(stores, clock, actor, {
      versionId,
      key: flavorKey,
      values: flavorIds,
      duplicate: (flavorId, stored) => flavorRefusal.flavor_already_associated({ flavorId, versionId, stored }),
    }),
  )
}

/** Which flavor somebody may have meant by an id that none of these has, as facts of a refusal. */
function meantBy(typed: string, flavors: readonly Flavor[]) {
  const nearest = nearestFlavor(typed, flavors)
  return { nearestId: nearest?.id, nearestName: nearest?.name }
}

/** Ends an association. An id that was stored with blanks around it, as Trove may have done, is found as given. */
export async function dissociateFlavor(
  { stores, flavors, clock }: Needs,
  actor: Actor,
  input: { versionId: DatastoreVersionId; flavorId: FlavorId },
): Promise<AssociationEffect> {
  const { versionId, flavorId } = input
  const known = await flavors.list()
  return withEffect(stores, known, versionId, async stores => {
    const { associated } = readFlavorPolicy(await stores.metadata.list(versionId, flavorKeys))
    const candidates = known.filter(flavor => associated.has(flavor.id))
    await deleteRow(stores, clock, actor, {
      versionId,
      key: flavorKey,
      value: flavorId,
      missing: () => flavorRefusal.flavor_not_associated({ flavorId, versionId, ...meantBy(flavorId, candidates) }),
    })
  })
}

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
  if (!isUuidLike(versionId)) throw refusal.datastore_version_not_found({ version: versionId })
  return stores.events.list(versionId, flavorKeys)
}

type Writable = Parameters<Parameters<Ports['stores']['transaction']>[0]>[0]

async function withEffect(
  stores: Ports['stores'],
  known: readonly Flavor[],
  versionId: DatastoreVersionId,
  change: (stores: Writable) => Promise<void>,
): Promise<AssociationEffect> {
  return stores.transaction(async stores => {
    await stores.versions.lock(versionId)
    const policy = async () => readFlavorPolicy(await stores.metadata.list(versionId, flavorKeys))
    const before = await policy()
    await change(stores)
    const after = await policy()
    const onFlavor = await stores.instances.countByFlavor(versionId)
    const passes = (flavor: Flavor, policy: FlavorPolicy) => decide({ id: flavor.id, flavor }, policy).allowed
    const fellOut = known.filter(flavor => passes(flavor, before) && !passes(flavor, after))
    return {
      became: isRestricted(before) === isRestricted(after) ? undefined : isRestricted(after) ? 'restricted' : 'open',
      flavorsAllowed: known.filter(flavor => passes(flavor, after)).length,
      flavorsFellOut: fellOut.length,
      instancesOnThem: fellOut.reduce((sum, flavor) => sum + (onFlavor.get(flavor.id) ?? 0), 0),
    }
  })
}
