import type { Kysely } from 'kysely'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Tables } from '../tables.ts'
import { type JoinedRow, toInstance } from './instance-rows.ts'
import type { SelectInstances } from './instances.ts'

/** The instances of other hosts, and whether a worker is active there. */
export function instancesOfPlaces(
  db: Kysely<Tables>,
  select: SelectInstances,
): Pick<InstanceStore, 'activityElsewhere' | 'ofPlace'> {
  return {
    async activityElsewhere(place) {
      const rows = await db
        .selectFrom('trovets_instances')
        .innerJoin('instances', 'instances.id', 'trovets_instances.instance_id')
        .where('place', 'is not', null)
        .where('place', '<>', place)
        .select(eb => [
          'place',
          // A request to delete makes an instance due, without any worker.
          eb.fn
            .max<number | string | null>(eb.case().when('action', '<>', 'delete').then(eb.ref('next_at')).end())
            .as('next'),
          eb.fn.max<number | string | null>('claimed_until').as('claimed'),
        ])
        .groupBy('place')
        .execute()
      return rows.map(({ place, next, claimed }) => ({ place: place!, activity: `${next} ${claimed}` }))
    },
    async ofPlace(place) {
      const rows = await select().where('t.place', '=', place).orderBy('t.instance_id').execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
  }
}
