import type { Kysely } from 'kysely'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Tables } from '../tables.ts'
import { type JoinedRow, toInstance } from './instance-rows.ts'
import type { SelectInstances } from './instances.ts'

/** The instances that a worker has to process, and when. */
export function dueInstances(
  db: Kysely<Tables>,
  select: SelectInstances,
): Pick<InstanceStore, 'due' | 'nextDueMs' | 'makeDue' | 'claimed'> {
  return {
    async due({ nowMs, nextMsMax, claimMsMax }, place, limit) {
      const rows = await select()
        .where(eb => eb.or([eb('t.next_at', '<=', nowMs), eb('t.next_at', '>', nextMsMax)]))
        .where(eb => eb.or([eb('t.place', 'is', null), eb('t.place', '=', place)]))
        .where(eb =>
          eb.or([
            eb('t.claimed_until', 'is', null),
            eb('t.claimed_until', '<', nowMs),
            eb('t.claimed_until', '>', claimMsMax),
          ]),
        )
        // The rest are due checks (`instance-checks.ts`).
        .where(eb =>
          eb.or([
            eb('t.action', '<>', 'keep'),
            eb('t.failures', '<>', 0),
            eb('t.place', 'is', null),
            eb('t.claimed_until', 'is not', null),
            eb('t.next_at', '>', nextMsMax),
          ]),
        )
        .orderBy('t.next_at')
        .orderBy('t.instance_id')
        .limit(limit)
        .execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
    nextDueMs: (place, nowMs) => nextDueMs(db, place, nowMs),
    async claimed(place) {
      const rows = await db
        .selectFrom('trovets_instances')
        .innerJoin('instances', 'instances.id', 'trovets_instances.instance_id')
        .select(['instance_id', 'claimed_by'])
        .where(eb => eb.or([eb('place', 'is', null), eb('place', '=', place)]))
        // Not `is not null`, for which not every engine uses an index.
        .where('claimed_until', '>=', 0)
        .execute()
      return rows.flatMap(row => (row.claimed_by === null ? [] : [{ id: row.instance_id, by: row.claimed_by }]))
    },
    async makeDue(place, nowMs) {
      await db
        .updateTable('trovets_instances')
        .set({ next_at: nowMs })
        .where('place', '=', place)
        .where('next_at', '>', nowMs)
        .execute()
    },
  }
}

async function nextDueMs(db: Kysely<Tables>, place: string, nowMs: number): Promise<number | undefined> {
  const working = () =>
    db
      .selectFrom('trovets_instances')
      // Skip instances whose row Trove has purged. Otherwise the worker would look for them again and again.
      .innerJoin('instances', 'instances.id', 'trovets_instances.instance_id')
      .where('next_at', 'is not', null)
      .limit(1)
  // One query for each place, since an index has no order across several.
  const unclaimed = () => working().select('next_at as ms').where('claimed_until', 'is', null).orderBy('next_at')
  const rows = [
    await unclaimed().where('place', '=', place).executeTakeFirst(),
    await unclaimed().where('place', 'is', null).executeTakeFirst(),
    // A claimed instance is due when its claim ends. Workers look for expired claims regularly anyway.
    await working()
      .select('claimed_until as ms')
      .where('claimed_until', '>=', nowMs)
      .where(eb => eb.or([eb('place', 'is', null), eb('place', '=', place)]))
      .orderBy('claimed_until')
      .executeTakeFirst(),
  ]
  const times = rows.flatMap(row => (row?.ms == null ? [] : [Number(row.ms)]))
  return times.length > 0 ? Math.min(...times) : undefined
}
