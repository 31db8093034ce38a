import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { serviceStatuses } from '../../model/datastore-status.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { InstanceFilter, InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'
import { instanceChanges } from './instance-changes.ts'
import { instanceChecks } from './instance-checks.ts'
import { instanceCounts } from './instance-counts.ts'
import { instanceFaults } from './instance-faults.ts'
import { instanceGroups } from './instance-groups.ts'
import { intentColumns, type JoinedRow, toInstance } from './instance-rows.ts'
import { instanceStates } from './instance-states.ts'
import { dueInstances } from './instances-due.ts'
import { instancesOfPlaces } from './instances-of-places.ts'
import { instancesOnFlavors } from './instances-on-flavors.ts'
import { intentRow } from './intent-columns.ts'
import { lockName, lockNames } from './lock-name.ts'
import { rootHistory } from './root-history.ts'

export function instanceStore(db: Kysely<Tables>, dialect: Dialect): InstanceStore {
  const select = selectInstances(db)
  const byId: InstanceStore['byId'] = async (id, options) => {
    const query = select().where('i.id', '=', id)
    const live = options?.deletedToo ? query : query.where('i.deleted', '=', dialect.flag(false))
    const row = await live.executeTakeFirst()
    return row && toInstance(row as JoinedRow)
  }
  return {
    ...instanceCounts(db, dialect),
    ...instanceStates(db, dialect),
    ...instanceGroups(db, dialect, select),
    ...instancesOnFlavors(db, dialect),
    ...dueInstances(db, select),
    ...instanceChecks(db, dialect),
    ...instancesOfPlaces(db, select),
    ...instanceFaults(db, dialect),
    ...instanceChanges(db, dialect),
    ...rootHistory(db),
    byId,
    async byIds(ids) {
      if (ids.length === 0) return []
      const rows = await select().where('i.id', 'in', ids).where('i.deleted', '=', dialect.flag(false)).execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
    lockSealing: () => lockName(db, dialect, lockNames.sealing),
    async insert(instance) {
      await db.insertInto('instances').values(instanceRow(instance, dialect)).execute()
      await db.insertInto('service_statuses').values(statusRow(instance)).execute()
      if (instance.intent)
        await db.insertInto('trovets_instances').values(intentRow(instance.id, instance.intent)).execute()
    },
    async lock(id) {
      const query = db.selectFrom('trovets_instances').select('instance_id').where('instance_id', '=', id)
      if (dialect.locksRows) await query.forUpdate().execute()
      return byId(id)
    },
    async page(filter, after, limit) {
      const page = pageOf(db, dialect, filter, after).limit(limit)
      // Joined as a whole, so that no engine joins every instance before it sorts and cuts off the page.
      const rows = await joined(db.selectFrom(page.as('i'))).execute()
      return rows.map(row => toInstance(row as JoinedRow)).sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async names(projectId, limit) {
      const live = db.selectFrom('instances').select(['id', 'name']).where('deleted', '=', dialect.flag(false))
      const some = projectId === undefined ? live : live.where('tenant_id', '=', projectId)
      const rows = await some.orderBy('id').limit(limit).execute()
      return rows.map(({ id, name }) => ({ id, name: name ?? '' }))
    },
  }
}

/** `!` and not a backslash, which MariaDB and MySQL read themselves. */
const hasInName = (text: string) =>
  sql<boolean>`lower(name) like lower(${`%${text.replace(/[!%_]/g, '!$&')}%`}) escape '!'`

const selectInstances = (db: Kysely<Tables>) => () => joined(db.selectFrom('instances as i'))

const joined = (instances: SelectQueryBuilder<Tables & { i: Tables['instances'] }, 'i', object>) =>
  instances
    .leftJoin('service_statuses as s', 's.instance_id', 'i.id')
    .leftJoin('trovets_instances as t', 't.instance_id', 'i.id')
    .selectAll('i')
    .select(['s.status_id', 's.updated_at as status_updated_at'])
    .select(intentColumns)

function pageOf(db: Kysely<Tables>, dialect: Dialect, filter: InstanceFilter, after: InstanceId | undefined) {
  let query = db.selectFrom('instances').selectAll()
  if (filter.projectId !== undefined)
    query = query.where(dialect.atPoint('tenant_id', filter.projectId)).orderBy('tenant_id')
  query = query.where(dialect.atPoint('deleted', dialect.flag(filter.deleted ?? false))).orderBy('deleted')
  if (after !== undefined) query = query.where('id', '>', after)
  if (filter.nameHas !== undefined) query = query.where(hasInName(filter.nameHas))
  if (filter.versionIds !== undefined) query = query.where('datastore_version_id', 'in', [...filter.versionIds])
  if (!filter.clusteredToo) query = query.where('cluster_id', 'is', null)
  return query.orderBy('id')
}

export type SelectInstances = ReturnType<typeof selectInstances>

const dateText = (date: Date | null) => date && datetimeText(date)

const instanceRow = (instance: Instance, dialect: Dialect): Tables['instances'] => ({
  id: instance.id,
  created: datetimeText(instance.created),
  updated: datetimeText(instance.updated),
  name: instance.name,
  hostname: instance.hostname,
  compute_instance_id: instance.computeInstanceId,
  task_id: instance.taskId,
  task_description: instance.taskDescription,
  task_start_time: null,
  volume_id: instance.volumeId,
  flavor_id: instance.flavorId,
  volume_size: instance.volumeSizeGb,
  tenant_id: instance.projectId,
  server_status: instance.serverStatus,
  deleted: dialect.flag(instance.deleted),
  deleted_at: dateText(instance.deletedAt),
  datastore_version_id: instance.versionId,
  configuration_id: instance.configurationId,
  slave_of_id: instance.replicaOfId,
  cluster_id: instance.clusterId,
  shard_id: instance.shardId,
  region_id: instance.regionId,
  access: instance.access && JSON.stringify(instance.access),
})

/** The row has the id of its instance, since each instance has exactly one. */
const statusRow = ({ id, serviceStatus, updated }: Instance): Tables['service_statuses'] => ({
  id,
  instance_id: id,
  status_id: serviceStatuses[serviceStatus].id,
  status_description: serviceStatuses[serviceStatus].description,
  updated_at: datetimeText(updated),
})
