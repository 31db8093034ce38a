/**
 * The task of an instance: the codes in `instances.task_id` (trove@4cdc0cd instance/tasks.py). Trove uses the code 0x54 for
 * two different tasks; both are errors.
 */
export const tasks = {
  NONE: 0x01,
  DELETING: 0x02,
  REBOOTING: 0x03,
  RESIZING: 0x04,
  BUILDING: 0x05,
  MIGRATING: 0x06,
  RESTART_REQUIRED: 0x07,
  PROMOTING: 0x08,
  EJECTING: 0x09,
  LOGGING: 0x0a,
  DETACHING: 0x0b,
  BUILDING_ERROR_DNS: 0x50,
  BUILDING_ERROR_SERVER: 0x51,
  BUILDING_ERROR_VOLUME: 0x52,
  BUILDING_ERROR_SEC_GROUP: 0x53,
  BUILDING_ERROR_OTHER: 0x54,
  PROMOTION_ERROR: 0x55,
  EJECTION_ERROR: 0x56,
  GROWING_ERROR: 0x57,
  SHRINKING_ERROR: 0x58,
  UPGRADING: 0x59,
} as const

export const isErrorTask = (taskId: number): boolean => taskId >= 0x50 && taskId < tasks.UPGRADING

/** Returns the name of a task as it appears in Trove's sentences. An error has the name of the task that failed. */
export function taskName(taskId: number): string {
  const name = Object.entries(tasks).find(([, id]) => id === taskId)?.[0] ?? 'UNKNOWN'
  return name.replace(/_ERROR.*$/, '')
}
