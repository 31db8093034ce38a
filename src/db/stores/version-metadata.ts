import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { VersionMetadataStore } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'
import { orDuplicate } from './or-duplicate.ts'

const valuesPerQuery = 500

const table = 'datastore_version_metadata'
type Row = Tables[typeof table]

const toMetadata = (row: Row): VersionMetadata => ({
  id: row.id,
  versionId: row.datastore_version_id ?? '',
  key: row.key,
  value: row.value ?? '',
  created: fromNaiveUtc(row.created),
  deleted: Boolean(row.deleted),
  deletedAt: row.deleted_at === null ? null : fromNaiveUtc(row.deleted_at),
  updatedAt: row.updated_at === null ? null : fromNaiveUtc(row.updated_at),
})

const toBrief = ({ key, value }: Pick<Row, 'key' | 'value'>) => ({ key, value: value ?? '', deleted: false })

const briefRows =
  (db: Kysely<Tables>, dialect: Dialect): VersionMetadataStore['brief'] =>
  async (versionId, { keys, values, limit }) => {
    const query = db
      .selectFrom(table)
      .select(['key', 'value'])
      .where('datastore_version_id', '=', versionId)
      .where('key', 'in', keys)
      .where('deleted', '=', dialect.flag(false))
    const limited = limit === undefined ? query : query.limit(limit)
    if (!values) return (await limited.execute()).map(toBrief)
    const rows: ReturnType<typeof toBrief>[] = []
    for (let from = 0; from < values.length; from += valuesPerQuery) {
      // SQLite queries block the event loop, so let other requests run in between.
      if (from > 0) await setImmediate()
      const slice = values.slice(from, from + valuesPerQuery)
      rows.push(...(await limited.where('value', 'in', slice).execute()).map(toBrief))
    }
    return rows
  }

const briefRowsOf =
  (db: Kysely<Tables>, dialect: Dialect): VersionMetadataStore['briefOf'] =>
  async (versionIds, keys) => {
    if (versionIds.length === 0) return new Map()
    const rows = await db
      .selectFrom(table)
      .select(['datastore_version_id as id', 'key', 'value'])
      .where('datastore_version_id', 'in', versionIds)
      .where('key', 'in', keys)
      .where('deleted', '=', dialect.flag(false))
      .execute()
    const briefs = new Map<string, ReturnType<typeof toBrief>[]>()
    for (const row of rows) {
      const own = briefs.get(row.id ?? '')
      if (own) own.push(toBrief(row))
      else briefs.set(row.id ?? '', [toBrief(row)])
    }
    return briefs
  }

export function versionMetadataStore(db: Kysely<Tables>, dialect: Dialect): VersionMetadataStore {
  const toRow = (row: VersionMetadata): Row => ({
    id: row.id,
    datastore_version_id: row.versionId,
    key: row.key,
    value: row.value,
    created: datetimeText(row.created),
    deleted: dialect.flag(row.deleted),
    deleted_at: row.deletedAt && datetimeText(row.deletedAt),
    updated_at: row.updatedAt && datetimeText(row.updatedAt),
  })
  return {
    async list(versionId, keys, options) {
      const query = db
        .selectFrom(table)
        .selectAll()
        .where('datastore_version_id', '=', versionId)
        .where('key', 'in', keys)
        .orderBy('created')
        .orderBy('id')
      const rows = await (options?.deletedToo ? query : query.where('deleted', '=', dialect.flag(false))).execute()
      return rows.map(toMetadata)
    },
    brief: briefRows(db, dialect),
    briefOf: briefRowsOf(db, dialect),
    async listOf(versionIds, keys, options) {
      if (versionIds?.length === 0) return []
      // SQLite queries block the event loop, so let other requests run before the next versions are read.
      await setImmediate()
      let query = db.selectFrom(table).selectAll().where('key', 'in', keys).orderBy('created').orderBy('id')
      if (versionIds) query = query.where('datastore_version_id', 'in', versionIds)
      if (!options?.deletedToo) query = query.where('deleted', '=', dialect.flag(false))
      return (await query.execute()).map(toMetadata)
    },
    async insert(rows) {
      if (rows.length > 0) await orDuplicate(dialect, table, db.insertInto(table).values(rows.map(toRow)).execute())
    },
    async revive(id, value, now) {
      const live = { value, deleted: dialect.flag(false), deleted_at: null, updated_at: datetimeText(now) }
      await orDuplicate(dialect, table, db.updateTable(table).set(live).where('id', '=', id).execute())
    },
    async reviveAll(ids, now) {
      if (ids.length === 0) return
      const live = { deleted: dialect.flag(false), deleted_at: null, updated_at: datetimeText(now) }
      await db.updateTable(table).set(live).where('id', 'in', ids).execute()
    },
    async softDelete(ids, now) {
      if (ids.length === 0) return
      const deletion = { deleted: dialect.flag(true), deleted_at: datetimeText(now) }
      await db.updateTable(table).set(deletion).where('id', 'in', ids).execute()
    },
  }
}
