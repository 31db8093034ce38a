import type { Kysely } from 'kysely'
import { readLevel } from '../../model/level.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { DatastoreRule } from '../../model/policy-rule.ts'
import type { PolicyRuleStore } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

const table = 'trovets_rules'

const toDatastoreRule = (row: Tables[typeof table]): DatastoreRule => ({
  id: row.id,
  created: fromNaiveUtc(row.created),
  datastoreId: row.datastore_id!,
  key: row.key,
  value: row.value,
  level: readLevel(row.level),
})

/** The part of the store that is about the rules of datastores. */
export function datastoreRuleStore(
  db: Kysely<Tables>,
): Pick<PolicyRuleStore, 'ofDatastores' | 'insert' | 'setLevel' | 'remove'> {
  return {
    async ofDatastores(datastoreId) {
      const all = db.selectFrom(table).selectAll().orderBy('id')
      const rows = await (datastoreId === undefined
        ? all.where('datastore_id', 'is not', null)
        : all.where('datastore_id', '=', datastoreId)
      ).execute()
      return rows.map(toDatastoreRule)
    },
    async insert(rules) {
      if (rules.length === 0) return
      const rows = rules.map(({ id, created, datastoreId, key, value, level }) => ({
        ...{ id, created: datetimeText(created), datastore_id: datastoreId, datastore_version_id: null },
        ...{ key, value, level },
      }))
      await db.insertInto(table).values(rows).execute()
    },
    async setLevel(id, level) {
      await db.updateTable(table).set({ level }).where('id', '=', id).execute()
    },
    async remove(ids) {
      if (ids.length > 0) await db.deleteFrom(table).where('id', 'in', ids).execute()
    },
  }
}
