import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { Refused, refuse } from '../../model/refused.ts'
import type { InstanceState } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { volumeSizeGb } from '../../rules/instance/admission.ts'
import { actionRefusal, deleteRefusal, ownershipRefusal } from '../../rules/instance/lifecycle.ts'
import { localStorageRefusal, sameFlavorRefusal } from '../../rules/instance/resize-checks.ts'
import { refusal } from '../../rules/refusals.ts'
import { admitFlavor, requiredFlavorId, sizeOf } from '../flavors/admit-flavor.ts'
import { reserveQuota } from '../projects/reserve-quota.ts'
import { requireUsableName } from './admit-instance.ts'
import { findInstance, lockInstance } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'clock' | 'wakeWorker'>
type Writable = Omit<Stores, 'transaction'>

export async function renameInstance(ports: Needs, caller: Caller, id: InstanceId, name: string): Promise<void> {
  await requireOwnInstance(ports, caller, id)
  requireUsableName(name)
  await ports.stores.instances.rename(id, name, ports.clock.now())
}

/** Refuses an instance that is unknown to the caller or managed by another Trove. */
export async function requireOwnInstance(
  { stores }: Pick<Needs, 'stores'>,
  caller: Caller,
  id: InstanceId,
): Promise<void> {
  refuse(ownershipRefusal(await findInstance(stores.instances, caller, id)))
}

export async function restartInstance(ports: Needs, caller: Caller, id: InstanceId): Promise<void> {
  await changeInstance(ports, caller, id, async instance => {
    refuse(actionRefusal(instance))
    const restartOf = instance.intent!.process
    return { state: { taskId: tasks.REBOOTING }, intent: { action: 'restart', restartOf } }
  })
}

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
  const flavorId = requiredFlavorId(flavorRef)
  refuse(sameFlavorRefusal(before.flavorId, flavorId))
  const { projectId, versionId } = before
  const admitted = await admitFlavor(ports, { moment: 'resize', projectId, versionId, flavorId })
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

/** @param options.force deletes the instance in any state; for instances that are stuck */
export async function deleteInstance(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  options: { force: boolean },
): Promise<void> {
  await changeInstance(ports, caller, id, async instance => {
    const refused = deleteRefusal(instance)
    if (!instance.intent || !options.force) refuse(refused)
    if (instance.intent!.action === 'delete') return undefined
    return { state: { taskId: tasks.DELETING }, intent: { action: 'delete', restartOf: null, preparation: null } }
  })
}

/**
 * Ends the task of an instance, whatever its status (trove@4cdc0cd instance/models.py:1058). It is shown as ERROR until the
 * worker has checked it again.
 */
export async function resetInstanceStatus(ports: Needs, caller: Caller, id: InstanceId): Promise<void> {
  await changeInstance(ports, caller, id, async instance => {
    refuse(ownershipRefusal(instance))
    const state = { taskId: tasks.NONE, serverStatus: 'ACTIVE', serviceStatus: 'UNKNOWN' } as const
    return { state, intent: {} }
  })
}

type Change = { state: Partial<InstanceState>; intent: Partial<Intent> }

/**
 * Locks an instance, calls `decide`, and saves the new state and intent. The worker carries the intent out. A worker that is
 * still working on the previous intent keeps its claim until its step is done, and then notices the change.
 */
export async function changeInstance(
  { stores, clock, wakeWorker }: Needs,
  caller: Caller,
  id: InstanceId,
  decide: (instance: Instance, stores: Writable) => Promise<Change | undefined>,
): Promise<void> {
  await stores.transaction(async stores => {
    // To avoid deadlocks, always lock the project first and then the instance.
    await stores.quotas.lock((await findInstance(stores.instances, caller, id)).projectId)
    const instance = await lockInstance(stores.instances, caller, id)
    const change = await decide(instance, stores)
    if (!change) return
    const now = clock.now()
    await stores.instances.saveFault(instance.id, undefined, now)
    await stores.instances.saveState(
      instance.id,
      { ...instance, taskDescription: 'Waiting for a worker.', ...change.state },
      now,
    )
    await stores.instances.saveIntent(instance.id, {
      ...instance.intent!,
      ...change.intent,
      generation: instance.intent!.generation + 1,
      nextAtMs: now.getTime(),
      failures: 0,
    })
  })
  wakeWorker()
}
