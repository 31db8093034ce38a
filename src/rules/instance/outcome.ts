import type { Action, Instance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { failuresMax, retryDelayMs } from './retry.ts'

/** What becomes of an instance after a step; columns and fields that are left out stay as they are. */
export type Outcome = Readonly<{
  state: Partial<Instance>
  intent: Partial<Intent>
  /** Whether the administrator has the next password now. */
  isPasswordChanged?: boolean
  /** Null: there is nothing to complain about any more. */
  fault?: string | null
}>

/** What was wanted is so. @param healthAtMs when to look again whether it still is */
export function settled(instance: Instance, process: string | null, healthAtMs: number): Outcome {
  const { action, wanted, wantedVolumeGb, failures } = instance.intent!
  const isHealthy = action === 'keep' && instance.serviceStatus === 'HEALTHY' && instance.taskId === tasks.NONE
  const intent = { process, nextAtMs: healthAtMs }
  // A server that keeps dying is only forgiven bit by bit, or it would be started again and again without a pause.
  if (isHealthy && instance.serverStatus === 'ACTIVE')
    return { state: {}, intent: { ...intent, failures: Math.max(0, failures - 1) } }
  return {
    state: {
      taskId: tasks.NONE,
      taskDescription: null,
      serverStatus: 'ACTIVE',
      serviceStatus: 'HEALTHY',
      flavorId: wanted.flavorId,
      volumeSizeGb: wantedVolumeGb,
    },
    intent: {
      ...intent,
      action: 'keep',
      from: undefined,
      restartOf: null,
      failures: action === 'keep' ? failures : 0,
    },
    // The reason why a resize did not come about stays to be read; whatever else was wrong is over.
    ...(action === 'keep' && instance.serverStatus === 'ACTIVE' && instance.serviceStatus === 'HEALTHY'
      ? {}
      : { fault: null }),
  }
}

/** The host has no room: nothing is built, or everything stays as it was; what was there before is tried again later. */
export function noRoom(instance: Instance, nowMs: number): Outcome {
  const { wanted, from, action } = instance.intent!
  const fault = `No valid host was found: ${wanted.ramMb} MiB of memory are wanted, and this host has not that much left.`
  return action === 'resize' && from ? takenBack(instance, nowMs, fault) : givenUp(action, nowMs, fault)
}

/** The server is found dead. It is started again, after a pause that grows each time. */
export function died(instance: Instance, nowMs: number): Outcome {
  const failures = instance.intent!.failures + 1
  const intent = { process: null, failures, nextAtMs: nowMs + retryDelayMs(failures) }
  if (failures < failuresMax)
    return {
      state: { serviceStatus: 'CRASHED', taskDescription: 'The database server ended; it is started again.' },
      intent,
    }
  const fault = `The database server does not stay up: it ended ${failures} times in a row.`
  return { ...givenUp('keep', nowMs, fault), intent }
}

/** A step failed: it is tried again, until that has been tried too often. */
export function failed(instance: Instance, problem: string, nowMs: number): Outcome {
  const { action, from } = instance.intent!
  const failures = instance.intent!.failures + 1
  if (failures < failuresMax) {
    const intent = { failures, nextAtMs: nowMs + Math.max(500, retryDelayMs(failures)) }
    return { state: { taskDescription: 'The last step failed; it is tried again.' }, intent, fault: problem }
  }
  if (action === 'resize' && from) return takenBack(instance, nowMs, problem)
  return givenUp(action, nowMs, problem)
}

/** The engine refuses what the tenant asked for; it would do so again, so the step is not repeated. */
export const refused = (instance: Instance, problem: string, nowMs: number): Outcome =>
  givenUp(instance.intent!.action, nowMs, problem)

/** How long whatever was given up waits before it is looked at again. */
export const lookAgainMs = 60_000

function givenUp(action: Action, nowMs: number, fault: string): Outcome {
  switch (action) {
    case 'create':
      return {
        state: { taskId: tasks.BUILDING_ERROR_SERVER, taskDescription: null, serverStatus: 'ERROR' },
        intent: { nextAtMs: null },
        fault,
      }
    case 'delete':
      return { state: { serverStatus: 'ERROR' }, intent: { nextAtMs: nowMs + lookAgainMs }, fault }
    default:
      return {
        state: { taskId: tasks.NONE, taskDescription: null, serverStatus: 'ERROR', serviceStatus: 'FAILED' },
        intent: { action: 'keep', restartOf: null, nextAtMs: nowMs + lookAgainMs },
        fault,
      }
  }
}

/** The data of an instance are not where they were. Nothing is made in their place. */
export const lost = (instance: Instance, nowMs: number): Outcome =>
  givenUp(instance.intent!.action, nowMs, 'The data of this instance are gone from its host.')

/** What the instance was made from is not on its host any more. Its data are, and it goes on when the image is back. */
export function stranded(instance: Instance, image: string, atMs: Readonly<{ now: number; next: number }>): Outcome {
  const { action, from } = instance.intent!
  const fault = `${image}, which this instance runs on, is not on its host any more. Its data are; it goes on when ${image} is installed again.`
  if (action === 'resize' && from) return takenBack(instance, atMs.now, fault)
  const outcome = givenUp(action, atMs.now, fault)
  return { ...outcome, intent: { ...outcome.intent, nextAtMs: atMs.next } }
}

/** A resize that cannot be had: back to the size before. */
function takenBack(instance: Instance, nowMs: number, fault: string): Outcome {
  const { from } = instance.intent!
  return {
    state: { taskDescription: 'Going back to the flavor before.' },
    intent: { action: 'keep', wanted: from!, from: undefined, failures: 0, nextAtMs: nowMs },
    fault,
  }
}

/** Nothing is left of the instance. */
export const deleted = (now: Date): Outcome => ({
  state: {
    taskId: tasks.NONE,
    taskDescription: null,
    serverStatus: 'SHUTDOWN',
    serviceStatus: 'DELETED',
    deleted: true,
    deletedAt: now,
  },
  intent: {},
})
