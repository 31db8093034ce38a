import type { Kysely } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

/** The length of Trove's column, in characters. */
const messageLengthMax = 255

/** The last fault of each instance. */
export function instanceFaults(db: Kysely<Tables>, dialect: Dialect): Pick<InstanceStore, 'faults' | 'saveFault'> {
  return {
    async faults(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('instance_faults')
        .selectAll()
        .where('instance_id', 'in', ids)
        .where('deleted', '=', dialect.flag(false))
        .orderBy('updated')
        .orderBy('id')
        .execute()
      return new Map(
        rows.map(row => [
          row.instance_id,
          { message: row.message, details: row.details, created: fromNaiveUtc(row.created) },
        ]),
      )
    },
    async saveFault(id, fault, now) {
      await db.deleteFrom('instance_faults').where('instance_id', '=', id).execute()
      if (!fault) return
      const row = {
        id,
        instance_id: id,
        message: fault.message.slice(0, messageLengthMax),
        details: fault.details,
        created: datetimeText(fault.created),
        updated: datetimeText(now),
        deleted: dialect.flag(false),
        deleted_at: null,
      }
      await db.insertInto('instance_faults').values(row).execute()
    },
  }
}
