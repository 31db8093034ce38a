import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { serviceStatusName } from '../../model/datastore-status.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

/** The states of instances and the backlog of the workers, for monitoring. */
export function instanceStates(db: Kysely<Tables>, dialect: Dialect): Pick<InstanceStore, 'countByState' | 'backlog'> {
  return {
    async countByState() {
      const counts = new Map<string, StateCount>()
      for (let after: string | undefined; ; ) {
        const rows = await statesAfter(db, dialect, after)
        for (const row of rows) addTo(counts, row)
        if (rows.reduce((sum, { count }) => sum + Number(count), 0) < instancesAtOnce) return [...counts.values()]
        after = rows.map(({ last }) => last).reduce((a, b) => (a > b ? a : b))
        // SQLite queries block the event loop, so let other requests run in between.
        await setImmediate()
      }
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

type StateCount = Awaited<ReturnType<InstanceStore['countByState']>>[number]

/** So many instances are counted by one query. */
const instancesAtOnce = 2000

/** The states of the next instances, each with its number of instances and the last of them. */
function statesAfter(db: Kysely<Tables>, dialect: Dialect, after: string | undefined) {
  const live = db
    .selectFrom('instances')
    .select(['id', 'task_id', 'server_status'])
    .where('deleted', '=', dialect.flag(false))
    .orderBy('id')
    .limit(instancesAtOnce)
  return db
    .selectFrom((after === undefined ? live : live.where('id', '>', after)).as('i'))
    .leftJoin('service_statuses as s', 's.instance_id', 'i.id')
    .select(eb => [
      ...(['i.task_id', 'i.server_status', 's.status_id'] as const),
      eb.fn.countAll<number | string>().as('count'),
      eb.fn.max<string>('i.id').as('last'),
    ])
    .groupBy(['i.task_id', 'i.server_status', 's.status_id'])
    .execute()
}

function addTo(counts: Map<string, StateCount>, row: Awaited<ReturnType<typeof statesAfter>>[number]): void {
  const state = {
    taskId: row.task_id ?? 0,
    serverStatus: row.server_status,
    serviceStatus: serviceStatusName(row.status_id ?? undefined),
  }
  const key = JSON.stringify(state)
  counts.set(key, { ...state, count: (counts.get(key)?.count ?? 0) + Number(row.count) })
}
