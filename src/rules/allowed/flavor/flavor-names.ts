import type { Flavor } from '../../../model/flavor.ts'
import type { FlavorId } from '../../../model/ids.ts'

/** Flavors by the ids and names that users may type. */
export type FlavorNames = Readonly<{
  all: readonly Flavor[]
  byId: ReadonlyMap<FlavorId, Flavor>
  byName: ReadonlyMap<string, readonly Flavor[]>
}>

export const flavorNames = (all: readonly Flavor[]): FlavorNames => ({
  all,
  byId: new Map(all.map(flavor => [flavor.id, flavor])),
  byName: Map.groupBy(all, flavor => flavor.name),
})

/**
 * Returns the flavors that a text can mean: the one with this id, otherwise those with this name. A name counts only if one
 * flavor has it, so callers refuse several.
 */
export function flavorsMeant(idOrName: string, { byId, byName }: Omit<FlavorNames, 'all'>): readonly Flavor[] {
  const flavor = byId.get(idOrName)
  return flavor ? [flavor] : (byName.get(idOrName) ?? [])
}
