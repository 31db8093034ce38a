import type { ExpressionBuilder, Kysely } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { WaiverStore } from '../../ports/waiver-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

const table = 'trovets_waivers'
type Row = Tables[typeof table]

const toWaiver = (row: Row): Waiver => ({
  id: row.id,
  created: fromNaiveUtc(row.created),
  author: row.author,
  projectId: row.project_id,
  instanceId: row.instance_id,
  datastoreId: row.datastore_id,
  versionId: row.datastore_version_id,
  only: row.only_reasons === null ? [] : row.only_reasons.split('\n'),
  until: fromNaiveUtc(row.until),
  reason: row.reason,
  ended: row.ended === null ? null : fromNaiveUtc(row.ended),
  endedBy: row.ended_by,
})

const toRow = (waiver: Waiver): Row => ({
  id: waiver.id,
  created: datetimeText(waiver.created),
  author: waiver.author,
  project_id: waiver.projectId,
  instance_id: waiver.instanceId,
  datastore_id: waiver.datastoreId,
  datastore_version_id: waiver.versionId,
  only_reasons: waiver.only.length === 0 ? null : waiver.only.join('\n'),
  until: datetimeText(waiver.until),
  reason: waiver.reason,
  ended: waiver.ended && datetimeText(waiver.ended),
  ended_by: waiver.endedBy,
})

export function waiverStore(db: Kysely<Tables>, dialect: Dialect): WaiverStore {
  const select = () => db.selectFrom(table).selectAll()
  const inForce = (at: Date) => select().where('until', '>=', datetimeText(at)).where('ended', 'is', null)
  const locked = (query: ReturnType<typeof select>) => (dialect.locksRows ? query.forUpdate() : query)
  const update = (id: string) => db.updateTable(table).where('id', '=', id)
  return {
    async ofSubject({ at, ...subject }) {
      const rows = await inForce(at).where(isOf(subject)).orderBy('id').execute()
      return rows.map(toWaiver)
    },
    async inForce(at, options) {
      const query = inForce(at).orderBy('id')
      return (await (options?.lock ? locked(query) : query).execute()).map(toWaiver)
    },
    async page(filter, after, limit) {
      let query = filter.inForceAt ? inForce(filter.inForceAt) : select()
      if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId)
      if (filter.instanceId !== undefined) query = query.where('instance_id', '=', filter.instanceId)
      if (filter.datastoreId !== undefined) query = query.where('datastore_id', '=', filter.datastoreId)
      if (filter.versionId !== undefined) query = query.where('datastore_version_id', '=', filter.versionId)
      if (after !== undefined) query = query.where('id', '>', after)
      return (await query.orderBy('id').limit(limit).execute()).map(toWaiver)
    },
    async byIds(ids) {
      if (ids.length === 0) return []
      return (await select().where('id', 'in', ids).execute()).map(toWaiver)
    },
    async lock(id) {
      const row = await locked(select().where('id', '=', id)).executeTakeFirst()
      return row && toWaiver(row)
    },
    async insert(waivers) {
      if (waivers.length > 0) await db.insertInto(table).values(waivers.map(toRow)).execute()
    },
    async setUntil(id, until) {
      await update(id)
        .set({ until: datetimeText(until) })
        .execute()
    },
    async end(id, ended, endedBy) {
      await update(id)
        .set({ ended: datetimeText(ended), ended_by: endedBy })
        .execute()
    },
  }
}

type Subject = Omit<Parameters<WaiverStore['ofSubject']>[0], 'at'>

/** For the project or the instance, and for the version or its datastore. */
const isOf =
  ({ projectId, instanceId, versionId }: Subject) =>
  (eb: ExpressionBuilder<Tables, typeof table>) => {
    const datastoreId = eb.selectFrom('datastore_versions').select('datastore_id').where('id', '=', versionId)
    return eb.and([
      eb('project_id', '=', projectId),
      eb.or([eb('instance_id', 'is', null), ...(instanceId ? [eb('instance_id', '=', instanceId)] : [])]),
      eb.or([
        eb('datastore_version_id', '=', versionId),
        eb.and([eb('datastore_version_id', 'is', null), eb('datastore_id', '=', datastoreId)]),
      ]),
    ])
  }
