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
        .orderBy('t.next_at')
        .orderBy('t.instance_id')
        .limit(limit)
        .execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
    async nextDueMs(place, nowMs) {
      const inPlace = () =>
        db
          .selectFrom('trovets_instances')
          // Skip instances whose row Trove has purged. Otherwise the worker would look for them again and again.
          .innerJoin('instances', 'instances.id', 'trovets_instances.instance_id')
          .where('next_at', 'is not', null)
          .where(eb => eb.or([eb('place', 'is', null), eb('place', '=', place)]))
      const least = (column: 'next_at' | 'claimed_until') =>
        inPlace().select(eb => eb.fn.min<number | string | null>(column).as('ms'))
      // A claimed instance is due when its claim ends. Workers look for expired claims regularly anyway.
      const rows = [
        await least('next_at').where('claimed_until', 'is', null).executeTakeFirst(),
        await least('claimed_until').where('claimed_until', '>=', nowMs).executeTakeFirst(),
      ]
      const times = rows.flatMap(row => (row?.ms == null ? [] : [Number(row.ms)]))
      return times.length > 0 ? Math.min(...times) : undefined
    },
    async claimed(place) {
      const rows = await select()
        .where(eb => eb.or([eb('t.place', 'is', null), eb('t.place', '=', place)]))
        .where('t.claimed_until', 'is not', null)
        .execute()
      return rows.map(row => toInstance(row as JoinedRow))
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
