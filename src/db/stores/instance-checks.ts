import type { Kysely } from 'kysely'
import { serviceStatusName } from '../../model/datastore-status.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { intentColumns } from './instance-rows.ts'
import { intentCells, toIntent } from './intent-columns.ts'

/** The routine checks of instances, for many instances in one statement. */
export function instanceChecks(
  db: Kysely<Tables>,
  dialect: Dialect,
): Pick<InstanceStore, 'dueChecks' | 'takeChecks' | 'saveMeasured'> {
  const due = (place: string, nowMs: number) =>
    db
      .selectFrom('trovets_instances as t')
      .innerJoin('instances as i', 'i.id', 't.instance_id')
      .where('t.place', '=', place)
      .where('t.next_at', '<=', nowMs)
      .where('t.claimed_until', 'is', null)
      .where('t.action', '=', 'keep')
      .where('t.failures', '=', 0)
  return {
    async dueChecks(place, nowMs, limit) {
      const rows = await due(place, nowMs).select('t.instance_id as id').orderBy('t.next_at').limit(limit).execute()
      return rows.map(({ id }) => id)
    },
    async takeChecks(ids, { place, nowMs, nextMsOf }) {
      const some = toRoundLength(ids)
      if (dialect.locksRows)
        await db
          .selectFrom('trovets_instances')
          .select('instance_id')
          .where('instance_id', 'in', some)
          .orderBy('instance_id')
          .forUpdate()
          .execute()
      const rows = await due(place, nowMs)
        .leftJoin('service_statuses as s', 's.instance_id', 'i.id')
        .where('t.instance_id', 'in', some)
        .select(['i.id', 'i.task_id', 'i.server_status', 's.status_id'])
        .select(intentColumns)
        .execute()
      for (const [nextMs, group] of Map.groupBy(rows, ({ id }) => nextMsOf(id)))
        await update(
          db,
          group.map(({ id }) => id),
          { nextAtMs: nextMs },
        )
      return rows.map(row => ({
        id: row.id,
        taskId: row.task_id ?? 0,
        serverStatus: row.server_status,
        serviceStatus: serviceStatusName(row.status_id ?? undefined),
        intent: toIntent(column => row[`t_${column}`]),
      }))
    },
    saveMeasured: (ids, measured) => update(db, ids, measured),
  }
}

async function update(db: Kysely<Tables>, ids: readonly InstanceId[], some: Parameters<typeof intentCells>[0]) {
  await db
    .updateTable('trovets_instances')
    .set(intentCells(some))
    .where('instance_id', 'in', toRoundLength(ids))
    .execute()
}

/** Repeats the last id up to a power of two. Otherwise each number of ids would be another statement to prepare. */
const toRoundLength = (ids: readonly InstanceId[]): InstanceId[] =>
  Array.from({ length: 2 ** Math.ceil(Math.log2(ids.length)) }, (_, index) => ids[Math.min(index, ids.length - 1)]!)
