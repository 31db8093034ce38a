import type { Action, Instance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { failuresMax, retryDelayMs } from './retry.ts'

/**
 * The changes of an instance after a step: its state, its intent, and the fault that its owner reads. Omitted columns
 * and fields stay as they are. The steps are chosen in `next-step.ts`, delays between retries are in `retry.ts`, and
 * `taskmanager/claims.ts` saves the outcome. A failed resize goes back to the previous flavor instead of to ERROR.
 */
export type Outcome = Readonly<{
  state: Partial<Instance>
  intent: Partial<Intent>
  /** True if the next password of the administrator is now in use. */
  isPasswordChanged?: boolean
  /** Null clears the fault; undefined keeps it. */
  fault?: string | null
}>

/** The goal is reached. @param healthAtMs when to check the instance again */
export function settled(instance: Instance, process: string | null, healthAtMs: number): Outcome {
  const { action, wanted, wantedVolumeGb, failures } = instance.intent!
  const isHealthy = action === 'keep' && instance.serviceStatus === 'HEALTHY' && instance.taskId === tasks.NONE
  const intent = { process, nextAtMs: healthAtMs }
  // Failures are forgotten one at a time. Otherwise a server that keeps dying would be restarted without a pause.
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
    // The reason for a failed resize stays readable; every other fault is resolved now.
    ...(action === 'keep' && instance.serverStatus === 'ACTIVE' && instance.serviceStatus === 'HEALTHY'
      ? {}
      : { fault: null }),
  }
}

/**
 * The host does not have enough memory. A create fails, a resize goes back to the previous flavor, anything else is
 * retried later.
 */
export function noRoom(instance: Instance, nowMs: number): Outcome {
  const { wanted, from, action } = instance.intent!
  const fault = `No valid host was found: ${wanted.ramMb} MiB of memory are required, but this host does not have that much left.`
  return action === 'resize' && from ? takenBack(instance, nowMs, fault) : givenUp(action, nowMs, fault)
}

/** The server process is gone. It is started again, after a delay that grows with each failure. */
export function died(instance: Instance, nowMs: number): Outcome {
  const failures = instance.intent!.failures + 1
  const intent = { process: null, failures, nextAtMs: nowMs + retryDelayMs(failures) }
  if (failures < failuresMax)
    return {
      state: {
        serviceStatus: 'CRASHED',
        taskDescription: 'The database server stopped unexpectedly and will be restarted.',
      },
      intent,
    }
  const fault = `The database server does not stay up: it stopped unexpectedly ${failures} times in a row.`
  return { ...givenUp('keep', nowMs, fault), intent }
}

/** A step failed. It is retried until there were too many failures in a row. */
export function failed(instance: Instance, problem: string, nowMs: number): Outcome {
  const { action, from } = instance.intent!
  const failures = instance.intent!.failures + 1
  if (failures < failuresMax) {
    const intent = { failures, nextAtMs: nowMs + Math.max(500, retryDelayMs(failures)) }
    return { state: { taskDescription: 'The last step failed and will be retried.' }, intent, fault: problem }
  }
  if (action === 'resize' && from) return takenBack(instance, nowMs, problem)
  return givenUp(action, nowMs, problem)
}

/** Gives up at once: the engine refuses what the tenant requested, and would refuse it again. */
export const refused = (instance: Instance, problem: string, nowMs: number): Outcome =>
  givenUp(instance.intent!.action, nowMs, problem)

/** The delay before the worker checks an instance again that it gave up. */
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

/** The data of an instance is missing. No empty database is created in its place. */
export const lost = (instance: Instance, nowMs: number): Outcome =>
  givenUp(instance.intent!.action, nowMs, 'The data of this instance is missing from its host.')

/** No worker is active on the host of an instance. The intent stays, so a worker that starts there continues. */
export const unattended: Outcome = {
  state: { taskId: tasks.NONE, taskDescription: null, serverStatus: 'ERROR', serviceStatus: 'FAILED' },
  intent: {},
  fault: 'No worker is active on the host of this instance, or the host has lost its data folder.',
}

/** The image of an instance is no longer on its host. The data is kept, and work continues once the image is back. */
export function stranded(instance: Instance, image: string, atMs: Readonly<{ now: number; next: number }>): Outcome {
  const { action, from } = instance.intent!
  const fault = `${image}, which this instance runs on, is no longer installed on its host. The data is still there; the instance continues when ${image} is installed again.`
  if (action === 'resize' && from) return takenBack(instance, atMs.now, fault)
  const outcome = givenUp(action, atMs.now, fault)
  return { ...outcome, intent: { ...outcome.intent, nextAtMs: atMs.next } }
}

/** A resize that is not possible: the instance goes back to its previous size. */
function takenBack(instance: Instance, nowMs: number, fault: string): Outcome {
  const { from } = instance.intent!
  return {
    state: { taskDescription: 'Reverting to the previous flavor.' },
    intent: { action: 'keep', wanted: from!, from: undefined, failures: 0, nextAtMs: nowMs },
    fault,
  }
}

/** The instance is completely removed. */
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
