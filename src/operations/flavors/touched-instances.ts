import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { InstanceOnFlavor, InstancePosition } from '../../ports/instance-store.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { isNewlyBroken } from '../../rules/allowed/flavor/newly-broken.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'

/** A page of a list of instances, which is sorted by project and id. */
export type InstancePage = Readonly<{ after?: InstancePosition | undefined; limit: number }>

/** The verdicts after a change, of the flavors whose instances it touches, by version. */
export type TouchedFlavors = ReadonlyMap<DatastoreVersionId, ReadonlyMap<FlavorId, Verdict>>

/** An instance that a change touches. It keeps running. */
export type TouchedInstance = InstanceOnFlavor & Readonly<{ flavor: Flavor | undefined; verdict: Verdict }>

/** The instances that a change touches, of which one page is listed. */
export type Touched = Readonly<{
  instanceCount: number
  projectCount: number
  instances: readonly TouchedInstance[]
  /** The position of the next page; undefined on the last page. */
  next: InstancePosition | undefined
}>

/**
 * Returns the flavors whose instances a change of a version's policy touches.
 *
 * @param onFlavor the number of instances of the version on each flavor
 */
export function touchedFlavors(
  known: readonly Flavor[],
  before: FlavorPolicy,
  after: FlavorPolicy,
  onFlavor: ReadonlyMap<FlavorId, number>,
): ReadonlyMap<FlavorId, Verdict> {
  const byId = new Map(known.map(flavor => [flavor.id, flavor]))
  return new Map(
    [...onFlavor.keys()].flatMap((id): [FlavorId, Verdict][] => {
      const flavor = byId.get(id) ?? 'unknown'
      const is = decide({ id, flavor }, after)
      return isNewlyBroken(decide({ id, flavor }, before), is) ? [[id, is]] : []
    }),
  )
}

/** Reads a page of the instances on these flavors, and counts all of them and their projects. */
export async function readTouched(
  { instances }: Pick<Stores, 'instances'>,
  known: readonly Flavor[],
  touched: TouchedFlavors,
  { after, limit }: InstancePage,
): Promise<Touched> {
  const byId = new Map(known.map(flavor => [flavor.id, flavor]))
  const groups = [...touched].map(([versionId, verdicts]) => ({ versionId, flavorIds: [...verdicts.keys()] }))
  const rows = await instances.onFlavors(groups, { after, limit: limit + 1 })
  const page = rows.slice(0, limit).map(row => ({
    ...row,
    flavor: byId.get(row.flavorId),
    verdict: touched.get(row.versionId)!.get(row.flavorId)!,
  }))
  const last = page.at(-1)
  return {
    ...(await instances.countOnFlavors(groups)),
    instances: page,
    next: rows.length > limit && last ? [last.projectId, last.id] : undefined,
  }
}
