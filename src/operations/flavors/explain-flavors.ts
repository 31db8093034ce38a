import type { NamedVersion } from '../../model/datastore-version.ts'
import { bySize } from '../../model/flavor.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import { levels, strictest } from '../../model/level.ts'
import type { Ports } from '../../ports/ports.ts'
import { isObjectedTo, type JudgedFlavor, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import { flavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { flavorsToName } from '../../rules/alternatives.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { findFlavor } from './find-flavor.ts'
import { loadFlavorPolicy } from './load-flavor-policy.ts'

/** Sorts flavors without a reason against them first, then by the strictest level, refused ones last. */
const rank = ({ verdict }: JudgedFlavor) => {
  const level = strictest(verdict.reasons.map(({ level }) => level))
  return level === undefined ? 0 : levels.length - levels.indexOf(level)
}

/**
 * Explains to an operator how a version judges every flavor: first those that break no rule, then those that break rules that
 * do not refuse, then refused ones; the smallest first among each.
 *
 * @param idOrName explains one flavor only; refused with `flavor_unknown` or `flavor_name_ambiguous`
 */
export async function explainFlavors(
  { stores, flavors }: Pick<Ports, 'stores' | 'flavors'>,
  versionId: DatastoreVersionId,
  idOrName?: string,
): Promise<{ judged: readonly JudgedFlavor[]; policy: FlavorPolicy; named: NamedVersion | undefined }> {
  const policy = await loadFlavorPolicy(stores, versionId)
  const known = await flavors.list()
  const flavor = idOrName === undefined ? undefined : findFlavor(idOrName, flavorNames(known))
  if (idOrName !== undefined && !flavor)
    throw flavorRefusal.flavor_unknown({ flavorId: idOrName, alternatives: flavorsToName(known) })
  const judged = judgeFlavors(flavor ? [flavor] : known, policy).sort(
    (a, b) => rank(a) - rank(b) || bySize(a.flavor, b.flavor),
  )
  return { judged, policy, named: judged.some(isObjectedTo) ? await nameVersion(stores, versionId) : undefined }
}
