import type { Enforcement, Restriction } from '../../model/flavor-policy.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import { enforcementKey, type FlavorPolicy, restrictionKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { setOnlyRow } from '../datastores/version-metadata-rows.ts'
import { loadFlavorPolicy } from './load-flavor-policy.ts'
import { type PolicyEffect, withEffect } from './policy-effect.ts'

/**
 * Sets the restriction and the enforcement of a datastore version. Omitted fields stay as they are. `listed` and `warn` are
 * stored as one row each; `open` and `refuse` mean that there is no such row.
 */
export async function setFlavorPolicy(
  { stores, flavors, clock }: Pick<Ports, 'stores' | 'flavors' | 'clock'>,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    restriction?: Restriction | undefined
    enforcement?: Enforcement | undefined
  },
): Promise<PolicyEffect> {
  const { versionId, restriction, enforcement } = input
  const { effect } = await withEffect(stores, await flavors.list(), versionId, async stores => {
    const set = (key: string, value: string | undefined) => setOnlyRow(stores, clock, actor, { versionId, key, value })
    if (restriction !== undefined) await set(restrictionKey, restriction === 'listed' ? 'listed' : undefined)
    if (enforcement !== undefined) await set(enforcementKey, enforcement === 'warn' ? 'warn' : undefined)
  })
  return effect
}

export type ShownPolicy = Readonly<{ restriction: Restriction; enforcement: Enforcement; policy: FlavorPolicy }>

/** Shows the flavor policy of a version as `decide` reads it: an unknown value is shown as the stricter one. */
export async function showFlavorPolicy(
  { stores }: Pick<Ports, 'stores'>,
  versionId: DatastoreVersionId,
): Promise<ShownPolicy> {
  const policy = await loadFlavorPolicy(stores, versionId)
  return {
    restriction: policy.onlyListed ? 'listed' : 'open',
    enforcement: policy.onlyWarn ? 'warn' : 'refuse',
    policy,
  }
}
