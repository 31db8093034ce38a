import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  enforcementKey,
  type FlavorPolicy,
  flavorKey,
  flavorKeys,
  readFlavorPolicy,
  requirementKey,
  restrictionKey,
} from '../../rules/allowed/flavor/policy-rows.ts'

/** All that a version says, for an operator. */
export async function loadFlavorPolicy(
  { metadata }: Pick<Stores, 'metadata'>,
  versionId: DatastoreVersionId,
): Promise<FlavorPolicy> {
  return readFlavorPolicy(await metadata.brief(versionId, { keys: flavorKeys }))
}

/** Up to so many rows are read in one go. */
const rowsAtOnce = 1000

/**
 * What a version says, as far as these flavors are judged by it: for tenants, whose requests must not wait for a hundred
 * thousand associations of flavors that are not theirs. Of many associations, only those with these flavors are read, and
 * one more, since what counts besides is whether there is any.
 *
 * @param flavorIds every flavor that the policy will be asked about
 */
export async function loadFlavorPolicyFor(
  { metadata }: Pick<Stores, 'metadata'>,
  versionId: DatastoreVersionId,
  flavorIds: readonly FlavorId[],
): Promise<FlavorPolicy> {
  const first = await metadata.brief(versionId, { keys: flavorKeys, limit: rowsAtOnce + 1 })
  if (first.length <= rowsAtOnce) return readFlavorPolicy(first)
  const rules = () => metadata.brief(versionId, { keys: [requirementKey, restrictionKey, enforcementKey] })
  const before = await rules()
  const any = await metadata.brief(versionId, { keys: [flavorKey], limit: 1 })
  const own = await metadata.brief(versionId, { keys: [flavorKey], values: [...new Set(flavorIds)] })
  // Somebody may change list and rules at once in between. Rules of both times are read strictly, as any two rows are.
  return readFlavorPolicy([...before, ...any, ...own, ...(await rules())])
}
