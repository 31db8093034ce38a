import type { Kysely } from 'kysely'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Tables } from '../tables.ts'
import { type JoinedRow, toInstance } from './instance-rows.ts'
import type { SelectInstances } from './instances.ts'

/** The instances of other hosts, and whether a worker is active there. */
export function instancesOfPlaces(
  db: Kysely<Tables>,
  select: SelectInstances,
): Pick<InstanceStore, 'marksElsewhere' | 'ofPlace'> {
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
    async ofPlace(place) {
      const rows = await select().where('t.place', '=', place).orderBy('t.instance_id').execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
  }
}
