import type { Restriction } from '../../model/flavor-policy.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Level } from '../../model/level.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import {
  enforcementKey,
  type FlavorPolicy,
  listValue,
  readFlavorPolicy,
  restrictionKey,
} from '../../rules/allowed/flavor/policy-rows.ts'
import { setOnlyRow } from '../datastores/version-metadata-rows.ts'
import { loadFlavorPolicy } from './load-flavor-policy.ts'
import { type PolicyEffect, withEffect } from './policy-effect.ts'
import { writeLevel } from './rule-levels.ts'

/**
 * Sets the restriction, the enforcement and the level of the list of a datastore version. Omitted fields stay as they are. `listed`, `warn`
 * and `audit` are stored as one row; `open` and `refuse` mean that there is no such row.
 */
export async function setFlavorPolicy(
  { stores, flavors, clock }: Pick<Ports, 'stores' | 'flavors' | 'clock'>,
  actor: Actor,
  input: {
    versionId: DatastoreVersionId
    restriction?: Restriction | undefined
    enforcement?: Level | undefined
    /** The level of the list alone. */
    listLevel?: Level | undefined
  },
): Promise<PolicyEffect> {
  const { versionId, restriction, enforcement, listLevel } = input
  const { effect } = await withEffect(stores, await flavors.list(), versionId, async stores => {
    const set = (key: string, value: string | undefined) => setOnlyRow(stores, clock, actor, { versionId, key, value })
    if (restriction !== undefined) await set(restrictionKey, restriction === 'listed' ? 'listed' : undefined)
    if (enforcement !== undefined) await set(enforcementKey, enforcement === 'refuse' ? undefined : enforcement)
    if (listLevel === undefined) return
    const rows = [
      ...(await stores.metadata.list(versionId, [enforcementKey])),
      ...(await stores.rules.ofVersion(versionId)),
    ]
    const before = readFlavorPolicy(rows).own.listLevel
    if (before !== listLevel)
      await writeLevel(stores, clock, actor, {
        ...{ versionId, key: restrictionKey, value: listValue },
        ...{ level: listLevel, before },
      })
  })
  return effect
}

export type ShownPolicy = Readonly<{
  restriction: Restriction
  enforcement: Level
  listLevel: Level
  policy: FlavorPolicy
}>

/** Shows the flavor policy of a version as `decide` reads it: an unknown value is shown as the stricter one. */
export async function showFlavorPolicy(
  { stores }: Pick<Ports, 'stores'>,
  versionId: DatastoreVersionId,
): Promise<ShownPolicy> {
  const policy = await loadFlavorPolicy(stores, versionId)
  return {
    restriction: policy.own.onlyListed ? 'listed' : 'open',
    enforcement: policy.own.enforcement,
    listLevel: policy.own.listLevel,
    policy,
  }
}
