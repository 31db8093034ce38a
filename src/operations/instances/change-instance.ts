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
import { localStorageRefusal, sameFlavorRefusal } from '../../rules/instance/resize.ts'
import { refusal } from '../../rules/refusals.ts'
import { admitFlavor, requiredFlavorId, sizeOf, warningsOf } from '../flavors/admit-flavor.ts'
import { reserveQuota } from '../projects/project-quota.ts'
import { requireUsableName } from './admit-instance.ts'
import { findInstance, lockInstance } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'clock' | 'wakeWorker'>
type Writable = Omit<Stores, 'transaction'>

export async function renameInstance(ports: Needs, caller: Caller, id: InstanceId, name: string): Promise<void> {
  await requireOwnInstance(ports, caller, id)
  requireUsableName(name)
  await ports.stores.instances.rename(id, name, ports.clock.now())
}

/** Refuses when there is no such instance for the caller, or another Trove manages it. */
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
 * Gives an instance another flavor, in Trove's order of checks (trove@4cdc0cd instance/models.py, resize_flavor), with
 * the association and the requirements asked where Trove asks neither.
 *
 * @returns a sentence where the version only warns of the flavor
 */
export async function resizeInstance(
  ports: Needs & Pick<Ports, 'flavors' | 'settings' | 'objected'>,
  caller: Caller,
  id: InstanceId,
  flavorRef: string | number,
): Promise<readonly string[]> {
  const found = await findInstance(ports.stores.instances, caller, id)
  refuse(actionRefusal(found))
  const flavorId = requiredFlavorId(flavorRef)
  refuse(sameFlavorRefusal(found.flavorId, flavorId))
  const { projectId, versionId } = found
  const admitted = await admitFlavor(ports, { moment: 'resize', projectId, versionId, flavorId })
  refuse(localStorageRefusal(admitted.flavor))
  const flavors = await ports.flavors.list()
  const more = admitted.flavor.ramMb - found.intent!.wanted.ramMb
  await changeInstance(ports, caller, id, async (instance, stores) => {
    refuse(actionRefusal(instance))
    refuse(sameFlavorRefusal(instance.flavorId, flavorId))
    if (more > 0) await reserveQuota(stores, { settings: ports.settings, flavors }, instance.projectId, { ram: more })
    const intent = { action: 'resize', wanted: sizeOf(admitted), from: instance.intent!.wanted } as const
    return { state: { taskId: tasks.RESIZING }, intent }
  })
  return warningsOf(versionId, admitted)
}

/** Lets the volume of an instance grow; it never shrinks. */
export async function resizeVolume(
  ports: Needs & Pick<Ports, 'settings'>,
  caller: Caller,
  id: InstanceId,
  size: number | string,
): Promise<void> {
  const asked = volumeSizeGb(size, ports.settings.volumeSizeGbMax)
  await changeInstance(ports, caller, id, async (instance, stores) => {
    refuse(actionRefusal(instance))
    if (asked instanceof Refused) throw asked
    const sizeGb = instance.intent!.wantedVolumeGb
    if (asked.sizeGb <= sizeGb) throw refusal.resize_volume_not_larger({ sizeGb })
    const more = { volumes: asked.sizeGb - sizeGb }
    // Flavors say how much RAM others use; of RAM nothing is asked here, so a volume grows while Nova is away.
    await reserveQuota(stores, { settings: ports.settings, flavors: [] }, instance.projectId, more)
    return { state: { taskId: tasks.RESIZING }, intent: { action: 'resize_volume', wantedVolumeGb: asked.sizeGb } }
  })
}

/** @param options.force whatever state it is in: for an operator with an instance that is stuck */
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
 * Ends the task of an instance, whatever its status (trove@4cdc0cd instance/models.py:1058): it is shown as ERROR until the
 * worker has looked at it again.
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
 * Decides about an instance while nobody else can change it, and writes the new intent down. Whoever works on the old
 * one keeps the claim until the step is done, and then notices.
 */
export async function changeInstance(
  { stores, clock, wakeWorker }: Needs,
  caller: Caller,
  id: InstanceId,
  decide: (instance: Instance, stores: Writable) => Promise<Change | undefined>,
): Promise<void> {
  await stores.transaction(async stores => {
    // Whoever adds to what a project uses holds the project first, and the instance then: nobody waits in a circle.
    await stores.quotas.lock((await findInstance(stores.instances, caller, id)).projectId)
    const instance = await lockInstance(stores.instances, caller, id)
    const changed = await decide(instance, stores)
    if (!changed) return
    const now = clock.now()
    await stores.instances.saveFault(instance.id, undefined, now)
    await stores.instances.saveState(
      instance.id,
      { ...instance, taskDescription: 'Waiting for a worker.', ...changed.state },
      now,
    )
    await stores.instances.saveIntent(instance.id, {
      ...instance.intent!,
      ...changed.intent,
      generation: instance.intent!.generation + 1,
      nextAtMs: now.getTime(),
      failures: 0,
    })
  })
  wakeWorker()
}
