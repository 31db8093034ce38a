import type { Flavor } from '../../model/flavor.ts'
import type { ProjectId } from '../../model/ids.ts'
import { type Quantities, quotaResources } from '../../model/quantities.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { exceeded } from '../../rules/quota.ts'
import { refusal } from '../../rules/refusals.ts'

type Readable = Pick<Stores, 'instances' | 'quotas'>

/** What a project may have: its own quota, and for the rest what everybody may have. */
export async function quotaLimits(
  { quotas }: Readable,
  settings: Ports['settings'],
  projectId: ProjectId,
): Promise<Quantities> {
  const own = await quotas.limits(projectId)
  return Object.fromEntries(
    quotaResources.map(name => [name, own.get(name) ?? settings.quotas[name]]),
  ) as unknown as Quantities
}

/** What a project has. An instance of another Trove is as large as its flavor says; one whose flavor is gone, counts 0. */
export async function quotaUse(
  { instances }: Readable,
  flavors: readonly Flavor[],
  projectId: ProjectId,
): Promise<Quantities> {
  const use = await instances.use(projectId)
  const ramMbOf = new Map(flavors.map(flavor => [flavor.id, flavor.ramMb]))
  const ramOfOthers = [...use.ofOthers].reduce((sum, [id, count]) => sum + count * (ramMbOf.get(id) ?? 0), 0)
  return { instances: use.instances, ram: use.ramMb + ramOfOthers, volumes: use.volumesGb, backups: 0 }
}

/**
 * Holds the project and refuses with `quota_exceeded` when it may not have that much more. Whoever adds something in the
 * same transaction can be sure that nobody else does in the meantime.
 */
export async function reserveQuota(
  stores: Readable,
  { settings, flavors }: { settings: Ports['settings']; flavors: readonly Flavor[] },
  projectId: ProjectId,
  asked: Partial<Quantities>,
): Promise<void> {
  await stores.quotas.lock(projectId)
  const limits = await quotaLimits(stores, settings, projectId)
  const resources = exceeded(limits, await quotaUse(stores, flavors, projectId), asked)
  if (resources.length > 0) throw refusal.quota_exceeded({ resources })
}
