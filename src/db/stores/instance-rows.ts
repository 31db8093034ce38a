import { serviceStatusName } from '../../model/datastore-status.ts'
import type { Instance, Intent, Size } from '../../model/instance.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { Tables } from '../tables.ts'

type IntentRow = Tables['trovets_instances']
type OrNull<Row> = { [column in keyof Row]: Row[column] | null }

/** A row of `instances` joined with what is reported of its server, and with our intent. */
export type JoinedRow = Tables['instances'] & {
  status_id: number | null
  status_updated_at: string | null
} & OrNull<{ [column in keyof IntentRow as `t_${column}`]: IntentRow[column] }>

const dateOrNull = (text: string | null) => (text === null ? null : fromNaiveUtc(text))
const numberOrNull = (value: number | string | null) => (value === null ? null : Number(value))

export function toInstance(row: JoinedRow): Instance {
  return {
    id: row.id,
    name: row.name ?? '',
    created: dateOrNull(row.created) ?? new Date(0),
    updated: dateOrNull(row.updated) ?? new Date(0),
    projectId: row.tenant_id ?? '',
    versionId: row.datastore_version_id ?? '',
    flavorId: row.flavor_id ?? '',
    volumeSizeGb: row.volume_size,
    regionId: row.region_id,
    access: accessOf(row.access),
    taskId: row.task_id ?? 0,
    taskDescription: row.task_description,
    serverStatus: row.server_status,
    serviceStatus: serviceStatusName(row.status_id ?? undefined),
    serviceStatusUpdated: dateOrNull(row.status_updated_at),
    deleted: Boolean(row.deleted),
    deletedAt: dateOrNull(row.deleted_at),
    hostname: row.hostname,
    computeInstanceId: row.compute_instance_id,
    volumeId: row.volume_id,
    configurationId: row.configuration_id,
    replicaOfId: row.slave_of_id,
    clusterId: row.cluster_id,
    shardId: row.shard_id,
    intent: row.t_instance_id === null ? undefined : toIntent(row),
  }
}

/** Trove writes JSON there; what is none is nobody's access. */
function accessOf(text: string | null): object | null {
  try {
    const value = JSON.parse(text ?? 'null')
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

const sizeOf = (flavorId: string | null, vcpus: number | null, ramMb: number | null): Size | undefined =>
  flavorId === null ? undefined : { flavorId, vcpus: vcpus!, ramMb: ramMb! }

const toIntent = (row: JoinedRow): Intent => ({
  imageId: row.t_image_id!,
  manager: row.t_manager!,
  action: row.t_action as Intent['action'],
  generation: row.t_generation!,
  wanted: sizeOf(row.t_flavor_id, row.t_vcpus, row.t_ram_mb)!,
  wantedVolumeGb: row.t_volume_size!,
  volumeType: row.t_volume_type,
  from: sizeOf(row.t_from_flavor_id, row.t_from_vcpus, row.t_from_ram_mb),
  restartOf: row.t_restart_of,
  place: row.t_place,
  process: row.t_process,
  address: row.t_host === null || row.t_port === null ? undefined : { host: row.t_host, port: row.t_port },
  adminPassword: row.t_admin_password!,
  preparation: row.t_preparation,
  claim: row.t_claimed_by === null ? undefined : { by: row.t_claimed_by, untilMs: Number(row.t_claimed_until) },
  nextAtMs: numberOrNull(row.t_next_at),
  failures: row.t_failures!,
  use: row.t_used_bytes === null ? undefined : { bytes: Number(row.t_used_bytes), atMs: Number(row.t_used_at) },
  isolation: row.t_isolation === null ? undefined : JSON.parse(row.t_isolation),
  secured: row.t_secured,
  nextAdminPassword: row.t_next_admin_password,
})

export const intentRow = (id: string, intent: Intent): IntentRow => ({
  instance_id: id,
  image_id: intent.imageId,
  manager: intent.manager,
  action: intent.action,
  generation: intent.generation,
  flavor_id: intent.wanted.flavorId,
  vcpus: intent.wanted.vcpus,
  ram_mb: intent.wanted.ramMb,
  volume_size: intent.wantedVolumeGb,
  volume_type: intent.volumeType,
  from_flavor_id: intent.from?.flavorId ?? null,
  from_vcpus: intent.from?.vcpus ?? null,
  from_ram_mb: intent.from?.ramMb ?? null,
  restart_of: intent.restartOf,
  place: intent.place,
  process: intent.process,
  host: intent.address?.host ?? null,
  port: intent.address?.port ?? null,
  admin_password: intent.adminPassword,
  preparation: intent.preparation,
  claimed_by: intent.claim?.by ?? null,
  claimed_until: intent.claim?.untilMs ?? null,
  next_at: intent.nextAtMs,
  failures: intent.failures,
  used_bytes: intent.use?.bytes ?? null,
  used_at: intent.use?.atMs ?? null,
  isolation: intent.isolation === undefined ? null : JSON.stringify(intent.isolation),
  secured: intent.secured,
  next_admin_password: intent.nextAdminPassword,
})

/** The columns of our intent, under names that do not clash with those of `instances`. */
export const intentColumns = (
  [
    'instance_id',
    'image_id',
    'manager',
    'action',
    'generation',
    'flavor_id',
    'vcpus',
    'ram_mb',
    'volume_size',
    'volume_type',
    'from_flavor_id',
    'from_vcpus',
    'from_ram_mb',
    'restart_of',
    'place',
    'process',
    'host',
    'port',
    'admin_password',
    'preparation',
    'claimed_by',
    'claimed_until',
    'next_at',
    'failures',
    'used_bytes',
    'used_at',
    'isolation',
    'secured',
    'next_admin_password',
  ] as const
).map(column => `t.${column} as t_${column}` as const)
