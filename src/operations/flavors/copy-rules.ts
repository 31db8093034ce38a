import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { flavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import { flavorRefusal } from '../../rules/allowed/flavor/refusals.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import { refusal } from '../../rules/refusals.ts'
import { planStatedPolicy } from '../../rules/version-rows/plan-stated-policy.ts'
import { statePolicy } from '../../rules/version-rows/state-policy.ts'
import { writeRows } from '../datastores/write-rows.ts'
import { type ChangeOptions, type DryRun, type PolicyEffect, withEffect } from './policy-effect.ts'
import { writeLevel } from './rule-levels.ts'

type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

const allKeys: readonly string[] = Object.values(policyKeys).flat()

/**
 * Gives a datastore version the rules of another one: its associations with flavors and volume types, requirements,
 * restriction, enforcement and levels. The rules of datastores are not copied. Refuses if the version already has rules,
 * unless `replace` is set; then those that the other version does not have are deleted.
 */
export async function copyRules(
  { stores, flavors, volumeTypes, clock }: Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'clock'>,
  actor: Actor,
  input: { fromId: DatastoreVersionId; versionId: DatastoreVersionId; replace?: boolean } & ChangeOptions,
): Promise<{ effect: PolicyEffect; dryRun: DryRun | undefined }> {
  const { fromId, versionId } = input
  if (fromId === versionId) throw flavorRefusal.rules_of_same_version({ versionId })
  const all = await flavors.list()
  const known = { flavors: flavorNames(all), volumeTypes: await volumeTypes.list() }
  const { effect, dryRun } = await withEffect(stores, all, input, async stores => {
    const stated = await statedRules(stores, fromId)
    const rows = await stores.metadata.list(versionId, allKeys, { deletedToo: true })
    if (!input.replace && rows.some(({ deleted }) => !deleted)) throw flavorRefusal.rules_in_the_way({ versionId })
    const stored = { rows, rules: await stores.rules.ofVersion(versionId) }
    const { plans, levels, problems } = planStatedPolicy(stated, stored, known, false)
    if (problems.length > 0) throw refusal.values_collide({})
    const written = plans.map(plan => ({ ...plan, versionId, flavors: known.flavors.byId }))
    await writeRows(stores, clock, actor, written)
    for (const change of levels) await writeLevel(stores, clock, actor, { versionId, ...change })
  })
  return { effect, dryRun }
}

async function statedRules({ versions, metadata, rules }: Writable, versionId: DatastoreVersionId) {
  if (!(await versions.byId(versionId))) throw refusal.datastore_version_not_found({ version: versionId })
  return statePolicy(await metadata.list(versionId, allKeys), await rules.ofVersion(versionId))
}
