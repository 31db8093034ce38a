import { type FlavorPolicy, flavorKeys, readFlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import type { DatastoreVersionId } from '../model/ids.ts'
import type { Stores } from '../ports/stores.ts'

export async function loadFlavorPolicy(
  { metadata }: Pick<Stores, 'metadata'>,
  versionId: DatastoreVersionId,
): Promise<FlavorPolicy> {
  return readFlavorPolicy(await metadata.list(versionId, flavorKeys))
}
