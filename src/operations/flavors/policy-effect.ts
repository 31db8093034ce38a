import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import { toldReasons } from '../../model/verdict.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import {
  type FlavorPolicy,
  flavorKeys,
  isRestricted,
  readFlavorPolicy,
} from '../../rules/allowed/flavor/policy-rows.ts'
import { changeRows } from '../datastores/version-metadata-rows.ts'

/** The effect of a change of the flavor policy, which is reported to the operator. */
export type PolicyEffect = Readonly<{
  /** Set if the version is now restricted to a list of flavors and was not before, or the other way round. */
  became: 'restricted' | 'open' | undefined
  /** True if the version has requirements. They apply in addition to the list. */
  hasRequirements: boolean
  flavorsAllowed: number
  /** Flavors that were allowed before and no longer are. */
  flavorsFellOut: number
  /** Flavors that were not allowed before and now are. */
  flavorsCameIn: number
  /** Flavors that are allowed now, with a warning. */
  flavorsWarned: number
  /** Flavors that are allowed now without a warning, although they break a rule with the level `audit`. */
  flavorsAudited: number
  /** Instances of the version on flavors that are no longer allowed. They keep running. */
  instancesOnThem: number
  /** Instances of the version, on any flavor, that violate the present flavor policy. They keep running. */
  instancesOutOfLine: number
}>

/**
 * Changes the rows of a version while holding its lock, and returns the effect.
 *
 * @param known all flavors
 * @param change makes the change; a refusal that it throws rolls everything back
 * @param check receives the policy after the change, and can still roll it back by throwing
 * @returns `after`: the policy after the change; `changed`: the result of `change`
 */
export async function withEffect<T>(
  stores: Stores,
  known: readonly Flavor[],
  versionId: DatastoreVersionId,
  change: (stores: Omit<Stores, 'transaction'>) => Promise<T>,
  check: (after: FlavorPolicy) => void = () => {},
): Promise<{ effect: PolicyEffect; after: FlavorPolicy; changed: T }> {
  return changeRows(stores, versionId, async stores => {
    const policy = async () => {
      const rows = await stores.metadata.list(versionId, flavorKeys)
      return readFlavorPolicy([...rows, ...(await stores.rules.ofVersion(versionId))])
    }
    const before = await policy()
    const changed = await change(stores)
    const after = await policy()
    check(after)
    return { effect: effectOf(known, before, after, await stores.instances.countByFlavor(versionId)), after, changed }
  })
}

/** @param onFlavor the number of instances of the version on each flavor */
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
    hasRequirements: after.requirements.length > 0,
    flavorsAllowed: judged.filter(({ is }) => is.allowed).length,
    flavorsFellOut: fellOut.length,
    flavorsCameIn: judged.filter(({ was, is }) => !was.allowed && is.allowed).length,
    flavorsWarned: judged.filter(({ is }) => is.allowed && toldReasons(is).length > 0).length,
    flavorsAudited: judged.filter(({ is }) => is.reasons.length > 0 && toldReasons(is).length === 0).length,
    instancesOnThem: fellOut.reduce((sum, { id }) => sum + (onFlavor.get(id) ?? 0), 0),
    instancesOutOfLine: outOfLine.reduce((sum, [, count]) => sum + count, 0),
  }
}
