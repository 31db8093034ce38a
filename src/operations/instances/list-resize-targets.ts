import type { Caller } from '../../model/caller.ts'
import type { NamedVersion } from '../../model/datastore-version.ts'
import { isVisibleTo } from '../../model/flavor.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import { toldReasons } from '../../model/verdict.ts'
import type { Ports } from '../../ports/ports.ts'
import { isObjectedTo, type JudgedFlavor, judgeFlavors } from '../../rules/allowed/flavor/decide.ts'
import { breachWords } from '../../rules/allowed/flavor/refusals.ts'
import { localStorageRefusal, sameFlavorRefusal } from '../../rules/instance/resize-checks.ts'
import { exceeded } from '../../rules/quota.ts'
import { refusal } from '../../rules/refusals.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { loadFlavorPolicyFor } from '../flavors/load-flavor-policy.ts'
import { quotaLimits, quotaUse } from '../projects/reserve-quota.ts'
import { findInstance } from './find-instance.ts'

export type ResizeTarget = JudgedFlavor &
  Readonly<{
    /** True for the present flavor of the instance. */
    isCurrent: boolean
    /** The message with which a resize would be refused; undefined if it would be admitted. */
    obstacle: string | undefined
  }>

/**
 * Lists every flavor that the instance's project may use, and whether the instance can be resized to it. The checks are
 * those of `resizeInstance`, in the same order, except the present status of the instance, which is temporary. `named` is
 * the version of the instance.
 */
export async function listResizeTargets(
  ports: Pick<Ports, 'stores' | 'flavors' | 'settings' | 'clock'>,
  caller: Caller,
  id: InstanceId,
): Promise<{ targets: ResizeTarget[]; named: NamedVersion | undefined }> {
  const { stores, flavors, settings } = ports
  const instance = await findInstance(stores.instances, caller, id)
  const { projectId, versionId, flavorId: current } = instance
  const known = await flavors.list()
  const limits = await quotaLimits(stores, settings, projectId)
  const used = await quotaUse(stores, known, projectId)
  const usable = known.filter(flavor => isVisibleTo(flavor, projectId))
  const ramMb = ramMbOf(instance, known)
  const ids = () => usable.map(({ id }) => id)
  const subject = { versionId, projectId, instanceId: instance.id }
  const judged = judgeFlavors(usable, await loadFlavorPolicyFor(ports, subject, ids))
  const named = judged.some(isObjectedTo) ? await nameVersion(stores, versionId) : undefined
  const targets = judged.map(({ flavor, verdict }) => {
    const resources = exceeded(limits, used, { ram: flavor.ramMb - ramMb })
    const obstacle =
      sameFlavorRefusal(current, flavor.id)?.message ??
      (verdict.allowed
        ? undefined
        : breachWords({ flavorId: flavor.id, versionId, named, reasons: toldReasons(verdict) })) ??
      localStorageRefusal(flavor)?.message ??
      (resources.length > 0 ? refusal.quota_exceeded({ resources }).message : undefined)
    return { flavor, verdict, isCurrent: flavor.id === current, obstacle }
  })
  return { targets, named }
}

/** Returns the memory, in MiB, that an instance uses of its project's quota. */
const ramMbOf = ({ intent, flavorId }: Instance, known: readonly { id: string; ramMb: number }[]): number =>
  intent?.wanted.ramMb ?? known.find(flavor => flavor.id === flavorId)?.ramMb ?? 0
