import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import {
  type FlavorPolicy,
  flavorKeys,
  isRestricted,
  readFlavorPolicy,
} from '../../rules/allowed/flavor/policy-rows.ts'
import { changeRows } from '../datastores/version-metadata-rows.ts'

/** What a change of the rows did to which flavors a version allows, so that it can be said aloud. */
export type PolicyEffect = Readonly<{
  /** Set when the version began or ceased to restrict flavors to a list. */
  became: 'restricted' | 'open' | undefined
  /** Whether the version has requirements, which hold whatever the list says. */
  hasRequirements: boolean
  flavorsAllowed: number
  /** Allowed before, and not now. */
  flavorsFellOut: number
  /** Not allowed before, and now. */
  flavorsCameIn: number
  /** Allowed now, with a warning. */
  flavorsWarned: number
  /** Instances of the version on the flavors that fell out; they go on running. */
  instancesOnThem: number
  /** Instances of the version, on whatever flavor, that break the rule as it is now; they go on running. */
  instancesOutOfLine: number
}>

/**
 * Changes the rows of a version while nobody else does, and says what came of it.
 *
 * @param known every flavor there is
 * @param change may look at the policy before, and throws a refusal to undo everything
 * @param check looks at the policy after, and may still throw
 * @returns `after`: the policy after; `changed`: what `change` returned
 */
export async function withEffect<T>(
  stores: Stores,
  known: readonly Flavor[],
  versionId: DatastoreVersionId,
  change: (stores: Omit<Stores, 'transaction'>) => Promise<T>,
  check: (after: FlavorPolicy) => void = () => {},
): Promise<{ effect: PolicyEffect; after: FlavorPolicy; changed: T }> {
  return changeRows(stores, versionId, async stores => {
    const policy = async () => readFlavorPolicy(await stores.metadata.list(versionId, flavorKeys))
    const before = await policy()
    const changed = await change(stores)
    const after = await policy()
    check(after)
    return { effect: effectOf(known, before, after, await stores.instances.countByFlavor(versionId)), after, changed }
  })
}

/** @param onFlavor how many instances of the version are on each flavor */
export function effectOf(
  known: readonly Flavor[],
  before: FlavorPolicy,
  after: FlavorPolicy,
  onFlavor: ReadonlyMap<FlavorId, number>,
): PolicyEffect {
  const judged = known.map(flavor => ({
    id: flavor.id,
    was: decide({ id: flavor.id, flavor }, before),
    is: decide({ id: flavor.id, flavor }, after),
  }))
  const fellOut = judged.filter(({ was, is }) => was.allowed && !is.allowed)
  const byId = new Map(known.map(flavor => [flavor.id, flavor]))
  const isOutOfLine = (id: FlavorId) => decide({ id, flavor: byId.get(id) ?? 'unknown' }, after).reasons.length > 0
  const outOfLine = [...onFlavor].filter(([id]) => isOutOfLine(id))
  return {
    became: isRestricted(before) === isRestricted(after) ? undefined : isRestricted(after) ? 'restricted' : 'open',
    hasRequirements: after.requirementTexts.length > 0,
    flavorsAllowed: judged.filter(({ is }) => is.allowed).length,
    flavorsFellOut: fellOut.length,
    flavorsCameIn: judged.filter(({ was, is }) => !was.allowed && is.allowed).length,
    flavorsWarned: judged.filter(({ is }) => is.allowed && is.reasons.length > 0).length,
    instancesOnThem: fellOut.reduce((sum, { id }) => sum + (onFlavor.get(id) ?? 0), 0),
    instancesOutOfLine: outOfLine.reduce((sum, [, count]) => sum + count, 0),
  }
}
