import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import { tasks } from '../../model/instance-task.ts'
import { Refused, refuse } from '../../model/refused.ts'
import type { Ports } from '../../ports/ports.ts'
import { volumeSizeGb } from '../../rules/instance/admission.ts'
import { actionRefusal } from '../../rules/instance/lifecycle.ts'
import { localStorageRefusal, sameFlavorRefusal } from '../../rules/instance/resize-checks.ts'
import { refusal } from '../../rules/refusals.ts'
import { admitFlavor, sizeOf } from '../flavors/admit-flavor.ts'
import { requestedFlavorId } from '../flavors/find-flavor.ts'
import { reserveQuota } from '../projects/reserve-quota.ts'
import { changeInstance } from './change-instance.ts'
import { findInstance } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'clock' | 'wakeWorker'>

/**
 * Resizes an instance to another flavor. The checks are in Trove's order (trove@4cdc0cd instance/models.py, resize_flavor);
 * the check of association and requirements is added, because Trove has none here.
 *
 * @returns the warning if the version only warns about the flavor
 */
export async function resizeInstance(
  ports: Needs & Pick<Ports, 'flavors' | 'settings' | 'objected'>,
  caller: Caller,
  id: InstanceId,
  flavorRef: string | number,
): Promise<readonly string[]> {
  const before = await findInstance(ports.stores.instances, caller, id)
  refuse(actionRefusal(before))
  const { projectId, versionId } = before
  const flavorId = await requestedFlavorId(ports, projectId, flavorRef)
  refuse(sameFlavorRefusal(before.flavorId, flavorId))
  const admitted = await admitFlavor(ports, { moment: 'resize', projectId, instanceId: before.id, versionId, flavorId })
  refuse(localStorageRefusal(admitted.flavor))
  const flavors = await ports.flavors.list()
  const more = admitted.flavor.ramMb - before.intent!.wanted.ramMb
  await changeInstance(ports, caller, id, async (instance, stores) => {
    refuse(actionRefusal(instance))
    refuse(sameFlavorRefusal(instance.flavorId, flavorId))
    if (more > 0) await reserveQuota(stores, { settings: ports.settings, flavors }, instance.projectId, { ram: more })
    const intent = { action: 'resize', wanted: sizeOf(admitted), from: instance.intent!.wanted } as const
    return { state: { taskId: tasks.RESIZING }, intent }
  })
  return admitted.warnings
}

/** Enlarges the volume of an instance. A volume cannot be made smaller. */
export async function resizeVolume(
  ports: Needs & Pick<Ports, 'settings'>,
  caller: Caller,
  id: InstanceId,
  size: number | string,
): Promise<void> {
  const requested = volumeSizeGb(size, ports.settings.volumeSizeGbMax)
  await changeInstance(ports, caller, id, async (instance, stores) => {
    refuse(actionRefusal(instance))
    if (requested instanceof Refused) throw requested
    const sizeGb = instance.intent!.wantedVolumeGb
    if (requested.sizeGb <= sizeGb) throw refusal.resize_volume_not_larger({ sizeGb })
    const more = { volumes: requested.sizeGb - sizeGb }
    // Flavors are only needed to count RAM, which does not matter here. So this works during an outage of Nova.
    await reserveQuota(stores, { settings: ports.settings, flavors: [] }, instance.projectId, more)
    return { state: { taskId: tasks.RESIZING }, intent: { action: 'resize_volume', wantedVolumeGb: requested.sizeGb } }
  })
}
