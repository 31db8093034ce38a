import type { Kysely } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

/** The instances on which root was ever enabled. */
export function rootHistory(db: Kysely<Tables>): Pick<InstanceStore, 'rootEnabledAt' | 'markRootEnabled'> {
  return {
    async rootEnabledAt(id) {
      const row = await db.selectFrom('root_enabled_history').select('created').where('id', '=', id).executeTakeFirst()
      return row && (row.created === null ? new Date(0) : fromNaiveUtc(row.created))
    },
    async markRootEnabled(id, user, now) {
      const existing = await db.selectFrom('root_enabled_history').select('id').where('id', '=', id).executeTakeFirst()
      if (existing) return
      await db
        .insertInto('root_enabled_history')
        .values({ id, user, created: datetimeText(now) })
        .execute()
    },
  }
}
