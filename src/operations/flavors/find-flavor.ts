import { columnTextProblem } from '../../model/column-text.ts'
import { type Flavor, flavorIdFromRef, visibleTo } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId, ProjectId } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { type FlavorNames, flavorNames, flavorsMeant } from '../../rules/allowed/flavor/flavor-names.ts'
import { flavorKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { refusal } from '../../rules/refusals.ts'

/**
 * Returns the flavor with this id, otherwise the one with this name; undefined if there is none. Refuses a name that several
 * flavors have with `flavor_name_ambiguous`.
 *
 * @param known the flavors that the caller may see
 */
export function findFlavor(idOrName: string, known: FlavorNames): Flavor | undefined {
  const meant = flavorsMeant(idOrName, known)
  if (meant.length > 1) throw flavorRefusal.flavor_name_ambiguous({ name: idOrName, namesakes: meant })
  return meant[0]
}

/** Returns the flavor id in a `flavorRef`. Refuses if it is missing or empty. */
export function requiredFlavorId(flavorRef: string | number | undefined): FlavorId {
  const flavorId = flavorRef === undefined ? undefined : flavorIdFromRef(flavorRef)
  if (flavorId === undefined) throw refusal.flavor_ref_not_given({})
  return flavorId
}

/**
 * Returns the id of the flavor that a `flavorRef` means: as Trove reads it, or, if instances are created here and no flavor
 * has this id, by its name. Refuses with `flavor_ref_not_given` and `flavor_name_ambiguous`, but does not check that the
 * flavor exists.
 */
export async function requestedFlavorId(
  { flavors, settings }: Pick<Ports, 'flavors' | 'settings'>,
  projectId: ProjectId,
  flavorRef: string | number | undefined,
): Promise<FlavorId> {
  const flavorId = requiredFlavorId(flavorRef)
  if (!settings.flavorRefsByName) return flavorId
  const visible = visibleTo(await flavors.list(), projectId)
  if (visible.some(({ id }) => id === flavorId)) return flavorId
  return findFlavor(String(flavorRef), flavorNames(visible))?.id ?? flavorId
}

/** The ids of flavors that an operator typed, and the name of each that was typed by name. */
export type TypedFlavors = Readonly<{ flavorIds: readonly FlavorId[]; names: ReadonlyMap<FlavorId, string> }>

/**
 * Returns the ids of flavors that an operator typed by id or name, without repetition. A text that is neither is returned
 * unchanged, because it can be the id of a flavor that does not exist. Refuses with `flavor_name_ambiguous`.
 *
 * @param listOf a version: a text that is on its list is the id that is meant, even if the flavor no longer exists
 */
export async function findTypedFlavors(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  typed: readonly string[],
  listOf?: DatastoreVersionId,
): Promise<TypedFlavors> {
  const known = flavorNames(await flavors.list())
  const values = typed.flatMap(text => [text, text.trim()]).filter(text => columnTextProblem(text, 128) === undefined)
  const rows = listOf === undefined ? [] : await stores.metadata.brief(listOf, { keys: [flavorKey], values })
  const listed = new Set(rows.map(({ value }) => value))
  const isListed = (text: string) => listed.has(text) || listed.has(text.trim())
  const names = new Map<FlavorId, string>()
  const flavorIds = typed.map(text => {
    const flavor = isListed(text) ? undefined : findFlavor(text.trim(), known)
    if (!flavor) return text
    if (flavor.id !== text.trim()) names.set(flavor.id, flavor.name)
    return flavor.id
  })
  return { flavorIds: [...new Set(flavorIds)], names }
}
