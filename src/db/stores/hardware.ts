import type { Kysely } from 'kysely'
import { serviceStatusName } from '../../model/datastore-status.ts'
import type { HardwareStore, InstanceHardware } from '../../ports/hardware-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

/**
 * The hardware of instances and clusters, from Trove's own tables. Ids are compared by the database, as for Trove: with MySQL,
 * Trove finds an instance by another spelling of its id, too, and so must a check of the same request.
 */
export function hardwareStore(db: Kysely<Tables>, dialect: Dialect): HardwareStore {
  const select = () =>
    db
      .selectFrom('instances as i')
      .leftJoin('service_statuses as s', 's.instance_id', 'i.id')
      .leftJoin('trovets_instances as t', 't.instance_id', 'i.id')
      .select(['i.id', 'i.tenant_id', 'i.datastore_version_id', 'i.flavor_id', 'i.volume_size', 'i.volume_id'])
      .select(['i.cluster_id', 'i.slave_of_id', 'i.task_id', 'i.server_status', 's.status_id'])
      .select(['t.instance_id as our_id', 't.volume_type'])
      .where('i.deleted', '=', dialect.flag(false))
  type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]
  const hardwareOf = (row: Row): InstanceHardware => ({
    id: row.id,
    projectId: row.tenant_id ?? '',
    versionId: row.datastore_version_id ?? '',
    flavorId: row.flavor_id ?? '',
    volumeSizeGb: row.volume_size,
    volumeType: row.volume_type,
    volumeId: row.volume_id,
    clusterId: row.cluster_id,
    replicaOfId: row.slave_of_id,
    taskId: row.task_id ?? 0,
    serverStatus: row.server_status,
    serviceStatus: serviceStatusName(row.status_id ?? undefined),
    isOurs: row.our_id !== null,
  })
  return {
    async ofInstance(id) {
      const row = await select().where('i.id', '=', id).executeTakeFirst()
      return row && hardwareOf(row)
    },
    async ofCluster(id) {
      const cluster = await db
        .selectFrom('clusters')
        .select(['id', 'tenant_id', 'datastore_version_id', 'task_id'])
        .where('id', '=', id)
        .where('deleted', '=', dialect.flag(false))
        .executeTakeFirst()
      if (!cluster) return undefined
      const members = await select().where('i.cluster_id', '=', cluster.id).orderBy('i.id').execute()
      return {
        id: cluster.id,
        projectId: cluster.tenant_id,
        versionId: cluster.datastore_version_id,
        taskId: cluster.task_id,
        members: members.map(hardwareOf),
      }
    },
  }
}
