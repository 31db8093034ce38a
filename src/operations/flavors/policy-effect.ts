import { type NamedVersion, namedVersion } from '../../model/datastore-version.ts'
import { bySize, type Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import { toldReasons } from '../../model/verdict.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide, type Outcome, outcomeOf } from '../../rules/allowed/flavor/decide.ts'
import { noneLeft } from '../../rules/allowed/flavor/none-left.ts'
import {
  type FlavorPolicy,
  flavorKeys,
  isRestricted,
  readFlavorPolicy,
} from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { changeRows } from '../datastores/version-metadata-rows.ts'
import { type InstancePage, readTouched, type Touched, touchedFlavors } from './touched-instances.ts'

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
  /** Those of which something else becomes than before, smallest first: a flavor can be allowed as before, now with a warning. */
  changed: readonly Readonly<{ flavor: Flavor; before: Outcome; after: Outcome }>[]
  /** Flavors that are allowed now, with a warning. */
  flavorsWarned: number
  /** Flavors that are allowed now without a warning, although they break a rule with the level `audit`. */
  flavorsAudited: number
  /** Instances of the version on flavors that are no longer allowed. They keep running. */
  instancesOnThem: number
  /** Instances of the version, on any flavor, that violate the present flavor policy. They keep running. */
  instancesOutOfLine: number
}>

/** How to change what is allowed. Every operation that does takes these. */
export type ChangeOptions = Readonly<{
  /** Only try the change, and return this page of the instances that it would touch. */
  dryRun?: InstancePage | undefined
  /** Also make a change after which no flavor is allowed. */
  allowNone?: boolean | undefined
}>

/** The result of a dry run. Nothing was changed. */
export type DryRun = Readonly<{
  /** Whether there is anything to change. */
  changes: boolean
  touched: Touched
}>

/**
 * Changes the rows of a version while holding its lock, and returns the effect. Refuses a change after which no flavor is
 * allowed, unless `allowNone` is set.
 *
 * @param known all flavors
 * @param change makes the change; a refusal that it throws rolls everything back
 * @param check receives the policy after the change, and can still roll it back by throwing
 * @returns `after`: the policy after the change; `changed`: the result of `change`; `changes`: whether there was anything to
 *   change; `dryRun`: undefined if it was made
 */
export async function withEffect<T>(
  stores: Stores,
  known: readonly Flavor[],
  { versionId, dryRun, allowNone }: { versionId: DatastoreVersionId } & ChangeOptions,
  change: (stores: Omit<Stores, 'transaction' | 'openSnapshot'>) => Promise<T>,
  check: (after: FlavorPolicy) => void = () => {},
): Promise<{ effect: PolicyEffect; after: FlavorPolicy; changed: T; changes: boolean; dryRun: DryRun | undefined }> {
  const { result, changes } = await changeRows(stores, { versionId, isDryRun: dryRun !== undefined }, async stores => {
    const policy = async () => {
      const rows = await stores.metadata.list(versionId, flavorKeys)
      return readFlavorPolicy([...rows, ...(await stores.rules.ofVersion(versionId))])
    }
    const before = await policy()
    const changed = await change(stores)
    const after = await policy()
    check(after)
    const onFlavor = await stores.instances.countByFlavor(versionId)
    const effect = effectOf(known, before, after, onFlavor)
    if (!allowNone && noneLeft(before, after, effect))
      refuseNoneLeft(await nameOf(stores, versionId), before, after, effect)
    if (!dryRun) return { effect, after, changed, touched: undefined }
    const verdicts = new Map([[versionId, touchedFlavors(known, before, after, onFlavor)]])
    return { effect, after, changed, touched: await readTouched(stores, known, verdicts, dryRun) }
  })
  const { touched, ...rest } = result
  return { ...rest, changes, dryRun: touched && { changes, touched } }
}

/** Refuses a change after which no flavor is allowed. */
export function refuseNoneLeft(
  named: NamedVersion | undefined,
  before: FlavorPolicy,
  after: FlavorPolicy,
  effect: PolicyEffect,
): void {
  const none = noneLeft(before, after, effect)
  if (none) throw flavorRefusal.no_flavor_left({ named, ...none })
}

/** Undefined if the version was removed by hand. */
async function nameOf({ versions, datastores }: Pick<Stores, 'versions' | 'datastores'>, id: DatastoreVersionId) {
  const version = await versions.byId(id)
  const datastore = version && (await datastores.byId(version.datastoreId))
  return datastore && namedVersion(datastore, version)
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
    flavor,
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
    changed: judged
      .map(({ flavor, was, is }) => ({ flavor, before: outcomeOf(was), after: outcomeOf(is) }))
      .filter(({ before, after }) => before !== after)
      .sort((one, other) => bySize(one.flavor, other.flavor)),
    flavorsWarned: judged.filter(({ is }) => is.allowed && toldReasons(is).length > 0).length,
    flavorsAudited: judged.filter(({ is }) => is.reasons.length > 0 && toldReasons(is).length === 0).length,
    instancesOnThem: fellOut.reduce((sum, { id }) => sum + (onFlavor.get(id) ?? 0), 0),
    instancesOutOfLine: outOfLine.reduce((sum, [, count]) => sum + count, 0),
  }
}
