import { type ServiceStatusName, serviceStatuses } from '../../model/datastore-status.ts'
import type { Instance } from '../../model/instance.ts'
import { isErrorTask, taskName, tasks } from '../../model/instance-task.ts'

type Facts = Pick<Instance, 'taskId' | 'serverStatus' | 'serviceStatus'>

const duringTask: Readonly<Record<string, string>> = {
  REBOOTING: 'REBOOT',
  RESIZING: 'RESIZE',
  UPGRADING: 'UPGRADE',
  RESTART_REQUIRED: 'RESTART_REQUIRED',
  PROMOTING: 'PROMOTE',
  EJECTING: 'EJECT',
  LOGGING: 'LOGGING',
  DETACHING: 'DETACH',
}

const whenIdle: Readonly<Partial<Record<ServiceStatusName, string>>> = {
  RUNNING: 'ACTIVE',
  HEALTHY: 'ACTIVE',
  PAUSED: 'REBOOT',
  RESTARTING: 'REBOOT',
  NEW: 'BUILD',
  BUILDING: 'BUILD',
  INSTANCE_READY: 'BUILD',
  UNKNOWN: 'ERROR',
  FAILED: 'ERROR',
  FAILED_TIMEOUT_GUESTAGENT: 'ERROR',
  UPGRADING: 'UPGRADE',
}

/** Returns the `status` of an instance (trove@4cdc0cd instance/models.py, SimpleInstance.status). */
export function statusOf({ taskId, serverStatus, serviceStatus }: Facts): string {
  if (isErrorTask(taskId)) return 'ERROR'
  const task = taskName(taskId)
  if (task === 'BUILDING') return serverStatus === 'ERROR' ? 'ERROR' : 'BUILD'
  if (duringTask[task]) return duringTask[task]
  if (serverStatus !== null && ['BUILD', 'ERROR', 'REBOOT', 'RESIZE'].includes(serverStatus)) return serverStatus
  if (task === 'DELETING') return 'SHUTDOWN'
  return whenIdle[serviceStatus] ?? serviceStatuses[serviceStatus].shown
}

/** Returns the `operating_status`: the status of the database server itself. Empty while a task is in progress. */
export function operatingStatusOf({ taskId, serverStatus, serviceStatus }: Facts): string {
  return taskId === tasks.NONE && serverStatus === 'ACTIVE' ? serviceStatuses[serviceStatus].shown : ''
}
