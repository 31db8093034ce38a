import type { ServiceStatusName } from '../../model/datastore-status.ts'
import type { Instance } from '../../model/instance.ts'
import { taskName, tasks } from '../../model/instance-task.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { statusOf } from './instance-status.ts'

/**
 * Decides which calls an instance accepts in its present state: restart, resize, delete, reset, managing its databases and
 * users. Each function returns a refusal, or undefined if the call is possible. What the worker does is decided in
 * `next-step.ts`, and what a step leads to in `outcome.ts`.
 */

const actionStatuses: readonly ServiceStatusName[] = [
  'RUNNING',
  'SHUTDOWN',
  'CRASHED',
  'BLOCKED',
  'HEALTHY',
  'RESTART_REQUIRED',
]

const isFree = (taskId: number) => taskId === tasks.NONE || taskId === tasks.RESTART_REQUIRED

/** Refuses every change of an instance that another Trove manages. */
export const ownershipRefusal = ({ id, intent }: Instance): Refused | undefined =>
  intent ? undefined : refusal.instance_managed_elsewhere({ id })

/**
 * Refuses an action on an instance that is busy or not running (trove@4cdc0cd instance/models.py,
 * Instance.validate_can_perform_action).
 */
export function actionRefusal(instance: Instance): Refused | undefined {
  const { id, taskId, serverStatus } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  if (instance.clusterId) return refusal.instance_in_cluster({})
  if (serverStatus !== 'ACTIVE')
    return refusal.instance_unavailable({ id, kind: 'instance', status: serverStatus ?? 'BUILD' })
  if (!isFree(taskId)) return refusal.instance_unavailable({ id, kind: 'task', status: taskName(taskId) })
  if (!actionStatuses.includes(instance.serviceStatus))
    return refusal.instance_unavailable({ id, kind: 'instance', status: statusOf(instance) })
  return undefined
}

/** Refuses to delete an instance that is still being built. Deleting one a second time is accepted and has no effect. */
export function deleteRefusal(instance: Instance): Refused | undefined {
  const { id } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  if (instance.clusterId) return refusal.instance_in_cluster({})
  const status = statusOf(instance)
  return status === 'BUILD' ? refusal.instance_not_ready({ id, status }) : undefined
}

/** Refuses to manage the databases and users of an instance that is not ACTIVE. */
export function insideRefusal(instance: Instance): Refused | undefined {
  const { id } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  const status = statusOf(instance)
  return status === 'ACTIVE' ? undefined : refusal.instance_not_ready({ id, status })
}
