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
import { type ChangeOptions, type DryRun, type PolicyEffect, withEffect } from './policy-effect.ts'
import { writeLevel } from './rule-levels.ts'

/**
 * Sets the restriction, the enforcement and the level of the list of a datastore version. Omitted fields stay as they are. `listed`, `warn`
 * and `audit` are stored as one row; `open` and `refuse` mean that there is no such row.
 *
 * @returns `shown`: the policy after the change; `changes`: whether there was anything to change
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
  } & ChangeOptions,
): Promise<{ shown: ShownPolicy; effect: PolicyEffect; changes: boolean; dryRun: DryRun | undefined }> {
  const { versionId, restriction, enforcement, listLevel } = input
  const { effect, after, changes, dryRun } = await withEffect(stores, await flavors.list(), input, async stores => {
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
  return { shown: shownPolicy(after), effect, changes, dryRun }
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
  return shownPolicy(await loadFlavorPolicy(stores, versionId))
}

const shownPolicy = (policy: FlavorPolicy): ShownPolicy => ({
  restriction: policy.own.onlyListed ? 'listed' : 'open',
  enforcement: policy.own.enforcement,
  listLevel: policy.own.listLevel,
  policy,
})
