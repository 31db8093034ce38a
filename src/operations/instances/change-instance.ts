import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { refuse } from '../../model/refused.ts'
import type { InstanceState } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { actionRefusal, deleteRefusal, ownershipRefusal } from '../../rules/instance/lifecycle.ts'
import { requireUsableName } from './admit-instance.ts'
import { findInstance, lockInstance } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'clock' | 'wakeWorker'>
type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

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
