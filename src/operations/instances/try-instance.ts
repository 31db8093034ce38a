import type { Caller } from '../../model/caller.ts'
import { requireQuota } from '../projects/reserve-quota.ts'
import { type Admission, admitInstance, type InstanceRequest, quantitiesOf } from './admit-instance.ts'

/**
 * Answers what a create would answer, without creating anything: all checks, then the quota, which is not reserved. If
 * another Trove creates the instances, the quota is its own.
 */
export async function tryInstance(
  ports: Parameters<typeof admitInstance>[0],
  caller: Caller,
  request: InstanceRequest,
): Promise<Admission> {
  const admission = await admitInstance(ports, caller, request, 'dry_run')
  const { stores, settings } = ports
  if (settings.computeDriver === 'trove') return admission
  const known = { settings, flavors: await ports.flavors.list() }
  await requireQuota(stores, known, caller.projectId, quantitiesOf(admission))
  return admission
}
