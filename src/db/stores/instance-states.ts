import type { Kysely } from 'kysely'
import { serviceStatusName } from '../../model/datastore-status.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

/** The states of instances and the backlog of the workers, for monitoring. */
export function instanceStates(db: Kysely<Tables>, dialect: Dialect): Pick<InstanceStore, 'countByState' | 'backlog'> {
  return {
    async countByState() {
      const rows = await db
        .selectFrom('instances as i')
        .leftJoin('service_statuses as s', 's.instance_id', 'i.id')
        .select(eb => ['i.task_id', 'i.server_status', 's.status_id', eb.fn.countAll<number | string>().as('count')])
        .where('i.deleted', '=', dialect.flag(false))
        .groupBy(['i.task_id', 'i.server_status', 's.status_id'])
        .execute()
      return rows.map(row => ({
        taskId: row.task_id ?? 0,
        serverStatus: row.server_status,
        serviceStatus: serviceStatusName(row.status_id ?? undefined),
        count: Number(row.count),
      }))
    },
    async backlog(nowMs) {
      const count = (isClaimed: boolean) =>
        db
          .selectFrom('trovets_instances')
          .select(eb => [eb.fn.countAll<number | string>().as('count'), eb.fn.min('next_at').as('oldest')])
          .where('next_at', '<=', nowMs)
          .where(eb =>
            isClaimed
              ? eb('claimed_until', '>=', nowMs)
              : eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', nowMs)]),
          )
          .executeTakeFirstOrThrow()
      const [waiting, claimed] = [await count(false), await count(true)]
      const oldestMs = waiting.oldest === null ? undefined : Number(waiting.oldest)
      return { waiting: Number(waiting.count), claimed: Number(claimed.count), oldestMs }
    },
  }
}
