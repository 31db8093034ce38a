/**
 * The statuses of an instance's database server: the code in `service_statuses.status_id`, the description stored with it,
 * and the word that the API shows (trove@4cdc0cd instance/service_status.py).
 */
export const serviceStatuses = {
  RUNNING: { id: 0x01, description: 'running', shown: 'ACTIVE' },
  BLOCKED: { id: 0x02, description: 'blocked', shown: 'BLOCKED' },
  PAUSED: { id: 0x03, description: 'paused', shown: 'SHUTDOWN' },
  SHUTDOWN: { id: 0x04, description: 'shutdown', shown: 'SHUTDOWN' },
  DELETED: { id: 0x05, description: 'deleted', shown: 'DELETED' },
  CRASHED: { id: 0x06, description: 'crashed', shown: 'SHUTDOWN' },
  FAILED: { id: 0x08, description: 'failed to spawn', shown: 'FAILED' },
  BUILDING: { id: 0x09, description: 'building', shown: 'BUILD' },
  PROMOTING: { id: 0x10, description: 'promoting replica', shown: 'PROMOTE' },
  EJECTING: { id: 0x11, description: 'ejecting replica source', shown: 'EJECT' },
  LOGGING: { id: 0x12, description: 'transferring guest logs', shown: 'LOGGING' },
  UNKNOWN: { id: 0x16, description: 'unknown', shown: 'ERROR' },
  NEW: { id: 0x17, description: 'new', shown: 'NEW' },
  FAILED_TIMEOUT_GUESTAGENT: { id: 0x18, description: 'guestagent error', shown: 'ERROR' },
  INSTANCE_READY: { id: 0x19, description: 'instance ready', shown: 'BUILD' },
  RESTART_REQUIRED: { id: 0x20, description: 'restart required', shown: 'RESTART_REQUIRED' },
  HEALTHY: { id: 0x21, description: 'healthy', shown: 'HEALTHY' },
  UPGRADING: { id: 0x22, description: 'upgrading', shown: 'UPGRADING' },
  RESTARTING: { id: 0x23, description: 'restarting', shown: 'RESTARTING' },
} as const

export type ServiceStatusName = keyof typeof serviceStatuses

/** Returns the name of a code; UNKNOWN for an undefined code, and for an instance without a status. */
export function serviceStatusName(id: number | undefined): ServiceStatusName {
  const entry = Object.entries(serviceStatuses).find(([, status]) => status.id === id)
  return (entry?.[0] ?? 'UNKNOWN') as ServiceStatusName
}
