import type { ServiceStatusName } from '../../model/datastore-status.ts'
import type { Instance } from '../../model/instance.ts'
import { taskName, tasks } from '../../model/instance-task.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { statusOf } from './instance-status.ts'

const servesActions: readonly ServiceStatusName[] = [
  'RUNNING',
  'SHUTDOWN',
  'CRASHED',
  'BLOCKED',
  'HEALTHY',
  'RESTART_REQUIRED',
]

const isFree = (taskId: number) => taskId === tasks.NONE || taskId === tasks.RESTART_REQUIRED

/** Why nothing at all can be changed about an instance here: it is another Trove's. */
export const ownershipRefusal = ({ id, intent }: Instance): Refused | undefined =>
  intent ? undefined : refusal.instance_managed_elsewhere({ id })

/**
 * Why an instance can be neither restarted nor resized now (trove@4cdc0cd instance/models.py,
 * Instance.validate_can_perform_action); undefined when it can.
 */
export function actionRefusal(instance: Instance): Refused | undefined {
  const { id, taskId, serverStatus } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  if (instance.clusterId) return refusal.instance_in_cluster({})
  if (serverStatus !== 'ACTIVE')
    return refusal.instance_unavailable({ id, kind: 'instance', status: serverStatus ?? 'BUILD' })
  if (!isFree(taskId)) return refusal.instance_unavailable({ id, kind: 'task', status: taskName(taskId) })
  if (!servesActions.includes(instance.serviceStatus))
    return refusal.instance_unavailable({ id, kind: 'instance', status: statusOf(instance) })
  return undefined
}

/** Why an instance cannot be deleted now. One that is being deleted already may be again; nothing comes of it. */
export function deleteRefusal(instance: Instance): Refused | undefined {
  const { id } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  if (instance.clusterId) return refusal.instance_in_cluster({})
  const status = statusOf(instance)
  return status === 'BUILD' ? refusal.instance_not_ready({ id, status }) : undefined
}

/** Why the databases and users of an instance cannot be managed now. */
export function insideRefusal(instance: Instance): Refused | undefined {
  const { id } = instance
  if (!instance.intent) return refusal.instance_managed_elsewhere({ id })
  const status = statusOf(instance)
  return status === 'ACTIVE' ? undefined : refusal.instance_not_ready({ id, status })
}
