import type { Kysely } from 'kysely'
import type { InstanceId } from '../../model/ids.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Tables } from '../tables.ts'
import { type JoinedRow, toInstance } from './instance-rows.ts'
import type { SelectInstances } from './instances.ts'

/** Fewer than the parameters that each engine allows in a query. */
const idsAtOnce = 500

/** The instances of other hosts, and whether a worker is active there. */
export function instancesOfPlaces(
  db: Kysely<Tables>,
  select: SelectInstances,
): Pick<InstanceStore, 'marksElsewhere' | 'ofPlace' | 'deletedOf'> {
  return {
    async marksElsewhere(place) {
      const rows = await db
        .selectFrom('trovets_instances')
        .innerJoin('instances', 'instances.id', 'trovets_instances.instance_id')
        .where('place', '<>', place)
        .select(['instance_id', 'place', 'generation', 'next_at', 'claimed_until'])
        .execute()
      const timeOf = (cell: number | string | null) => (cell === null ? null : Number(cell))
      return rows.map(row => ({
        id: row.instance_id,
        place: row.place!,
        generation: row.generation,
        nextAtMs: timeOf(row.next_at),
        claimedUntilMs: timeOf(row.claimed_until),
      }))
    },
    async deletedOf(ids) {
      const deleted = new Map<InstanceId, boolean>()
      for (let from = 0; from < ids.length; from += idsAtOnce) {
        const some = ids.slice(from, from + idsAtOnce)
        const rows = await db.selectFrom('instances').select(['id', 'deleted']).where('id', 'in', some).execute()
        for (const row of rows) deleted.set(row.id, Boolean(row.deleted))
      }
      return deleted
    },
    async ofPlace(place) {
      const rows = await select().where('t.place', '=', place).orderBy('t.instance_id').execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
  }
}
