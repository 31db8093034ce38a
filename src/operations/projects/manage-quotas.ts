import type { Caller } from '../../model/caller.ts'
import { columnTextProblem } from '../../model/column-text.ts'
import { idLengthMax, type ProjectId } from '../../model/ids.ts'
import { type QuotaResource, quotaResources } from '../../model/quantities.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { quotaLimits, quotaUse } from './reserve-quota.ts'

export type QuotaEntry = Readonly<{ resource: QuotaResource; inUse: number; limit: number }>

/** Shows the limits and the usage of a project, to its own members and to admins. */
export async function showQuotas(
  { stores, settings, flavors }: Pick<Ports, 'stores' | 'settings' | 'flavors'>,
  caller: Caller,
  projectId: ProjectId,
): Promise<QuotaEntry[]> {
  if (!caller.isAdmin && caller.projectId !== projectId) throw refusal.project_forbidden({ project: projectId })
  requireUsableProject(projectId)
  const limits = await quotaLimits(stores, settings, projectId)
  const used = await quotaUse(stores, await flavors.list(), projectId)
  return quotaResources.map(resource => ({ resource, inUse: used[resource], limit: limits[resource] }))
}

/** Refuses a project id that its column cannot store. The project need not exist, because only Keystone knows that. */
export function requireUsableProject(projectId: ProjectId): void {
  const problem = columnTextProblem(projectId, idLengthMax)
  if (problem) throw refusal.text_unusable({ what: 'project id', problem })
}

/** Sets limits of a project: all of them or none. -1 means unlimited. */
export async function updateQuotas(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  projectId: ProjectId,
  limits: Readonly<Record<string, number>>,
): Promise<void> {
  requireUsableProject(projectId)
  const unknown = Object.keys(limits).filter(name => !quotaResources.includes(name as QuotaResource))
  if (unknown.length > 0) throw refusal.quota_resource_unknown({ resources: unknown.sort() })
  for (const [resource, limit] of Object.entries(limits))
    if (limit < -1) throw refusal.quota_too_small({ resource, limit })
  await stores.transaction(async stores => {
    await stores.quotas.lock(projectId)
    for (const [resource, limit] of Object.entries(limits))
      await stores.quotas.set(clock.newId(), projectId, resource, limit, clock.now())
  })
}
