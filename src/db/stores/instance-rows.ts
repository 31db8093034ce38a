import { serviceStatusName } from '../../model/datastore-status.ts'
import type { Instance } from '../../model/instance.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { Tables } from '../tables.ts'
import { type IntentRow, intentColumnNames, toIntent } from './intent-columns.ts'

type OrNull<Row> = { [column in keyof Row]: Row[column] | null }

/** A row of `instances`, joined with the reported status of its server and with our intent. */
export type JoinedRow = Tables['instances'] & {
  status_id: number | null
  status_updated_at: string | null
} & OrNull<{ [column in keyof IntentRow as `t_${column}`]: IntentRow[column] }>

const dateOrNull = (text: string | null) => (text === null ? null : fromNaiveUtc(text))

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
    intent: row.t_instance_id === null ? undefined : toIntent(column => row[`t_${column}`]),
  }
}

/** Trove stores JSON here. Treat anything else as no access. */
function accessOf(text: string | null): object | null {
  try {
    const value = JSON.parse(text ?? 'null')
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** The columns of our intent, with a prefix so that they do not clash with those of `instances`. */
export const intentColumns = intentColumnNames.map(column => `t.${column} as t_${column}` as const)
