import type { Kysely } from 'kysely'
import { tasks } from '../../model/instance-task.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

type Counts = Pick<InstanceStore, 'countByFlavor' | 'userOfVersion' | 'use'>

/** Counts of instances, by flavor, version or project. */
export function instanceCounts(db: Kysely<Tables>, dialect: Dialect): Counts {
  const uses = async (table: 'instances' | 'configurations', versionId: string, deleted: boolean) => {
    const row = await db
      .selectFrom(table)
      .select('id')
      .where('datastore_version_id', '=', versionId)
      .where('deleted', '=', dialect.flag(deleted))
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }
  return {
    async countByFlavor(versionId) {
      const rows = await db
        .selectFrom('instances')
        .select(eb => [eb.fn.min('flavor_id').as('flavor_id'), eb.fn.countAll<number | string>().as('count')])
        .where('datastore_version_id', '=', versionId)
        .where('deleted', '=', dialect.flag(false))
        .groupBy(dialect.exactly('flavor_id'))
        .execute()
      return new Map(rows.map(row => [row.flavor_id ?? '', Number(row.count)]))
    },
    async userOfVersion(versionId) {
      if (await uses('instances', versionId, false)) return 'instance'
      if (await uses('configurations', versionId, false)) return 'configuration'
      // Deleted instances keep their rows, and a foreign key keeps the version of these rows.
      if (await uses('instances', versionId, true)) return 'deleted instance'
      return undefined
    },
    async use(projectId) {
      const rows = await db
        .selectFrom('instances as i')
        .leftJoin('trovets_instances as t', 't.instance_id', 'i.id')
        .select(eb => [
          'i.flavor_id',
          eb.fn.countAll<number | string>().as('count'),
          eb.fn.count<number | string>('t.instance_id').as('ours'),
          eb.fn.sum<number | string | null>('t.ram_mb').as('ram_mb'),
          eb.fn.sum<number | string | null>(eb.fn.coalesce('t.volume_size', 'i.volume_size')).as('volumes_gb'),
        ])
        .where('i.tenant_id', '=', projectId)
        .where('i.deleted', '=', dialect.flag(false))
        // Like Trove, do not count instances that are being deleted.
        .where(eb => eb.or([eb('i.task_id', 'is', null), eb('i.task_id', '<>', tasks.DELETING)]))
        .groupBy('i.flavor_id')
        .execute()
      const total = (column: 'count' | 'ram_mb' | 'volumes_gb') =>
        rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
      const ofOthers = rows.map(row => [row.flavor_id ?? '', Number(row.count) - Number(row.ours)] as const)
      return {
        instances: total('count'),
        volumesGb: total('volumes_gb'),
        ramMb: total('ram_mb'),
        ofOthers: new Map(ofOthers.filter(([, count]) => count > 0)),
      }
    },
  }
}
