import type { Flavor } from '../../model/flavor.ts'
import type { ProjectId } from '../../model/ids.ts'
import { type Quantities, quotaResources } from '../../model/quantities.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { exceeded } from '../../rules/quota.ts'
import { refusal } from '../../rules/refusals.ts'

type Readable = Pick<Stores, 'instances' | 'quotas'>

/** Returns the limits of a project: its own ones, and the defaults for the other resources. */
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

/**
 * Returns the usage of a project. The memory of another Trove's instance is that of its flavor, or 0 if the flavor no
 * longer exists.
 */
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

/** Refuses with `quota_exceeded` if a request exceeds the quota of its project, as it is now. */
export async function requireQuota(
  stores: Readable,
  { settings, flavors }: { settings: Ports['settings']; flavors: readonly Flavor[] },
  projectId: ProjectId,
  requested: Partial<Quantities>,
): Promise<void> {
  const limits = await quotaLimits(stores, settings, projectId)
  const resources = exceeded(limits, await quotaUse(stores, flavors, projectId), requested)
  if (resources.length > 0) throw refusal.quota_exceeded({ resources })
}

/**
 * Locks the project until the transaction ends, and refuses with `quota_exceeded` if the request exceeds its quota. What the
 * caller adds in the same transaction is therefore within the quota.
 */
export async function reserveQuota(
  stores: Readable,
  known: Parameters<typeof requireQuota>[1],
  projectId: ProjectId,
  requested: Partial<Quantities>,
): Promise<void> {
  await stores.quotas.lock(projectId)
  await requireQuota(stores, known, projectId, requested)
}
