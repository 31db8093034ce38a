import type { ExpressionBuilder, Kysely } from 'kysely'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import { readLevel } from '../../model/level.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { PolicyAction, PolicyEvent, PolicyEventFilter } from '../../model/policy-event.ts'
import type { PolicyEventStore } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

const table = 'trovets_policy_events'
type Row = Tables[typeof table]

/** Stands for the version in an event about a datastore. */
const noVersion = ''

/** Stands for the absence of a level, because null means that it was not recorded. */
const noLevel = 'none'

const valuesPerQuery = 500

const toRow = (event: PolicyEvent, datastoreOfVersion: string | null): Row => ({
  id: event.id,
  created: datetimeText(event.created),
  actor: event.actor,
  request_id: event.requestId,
  datastore_version_id: event.versionId ?? noVersion,
  action: event.action,
  key: event.key,
  value: event.value,
  level: event.level ?? null,
  level_before: event.levelBefore ?? null,
  datastore_id: event.datastoreId ?? datastoreOfVersion,
  undoes: event.undoes ?? null,
  own_level_before: event.ownLevelBefore === null ? noLevel : (event.ownLevelBefore ?? null),
  value_before: event.valueBefore ?? null,
  flavor_name: event.flavorName ?? null,
})

const toEvent = (row: Row): PolicyEvent => ({
  id: row.id,
  created: fromNaiveUtc(row.created),
  actor: row.actor,
  requestId: row.request_id,
  versionId: row.datastore_version_id === noVersion ? null : row.datastore_version_id,
  ...(row.datastore_id === null ? {} : { datastoreId: row.datastore_id }),
  action: row.action as PolicyAction,
  key: row.key,
  value: row.value,
  ...(row.level === null ? {} : { level: readLevel(row.level) }),
  ...(row.level_before === null ? {} : { levelBefore: readLevel(row.level_before) }),
  ...(row.flavor_name === null ? {} : { flavorName: row.flavor_name }),
  ...(row.own_level_before === null ? {} : { ownLevelBefore: readOwnLevel(row.own_level_before) }),
  ...(row.value_before === null ? {} : { valueBefore: row.value_before }),
  ...(row.undoes === null ? {} : { undoes: row.undoes }),
})

const readOwnLevel = (text: string) => (text === noLevel ? null : readLevel(text))

/** Events of older releases do not say to which datastore their version belongs. */
const ofDatastore = (datastoreId: string) => (where: ExpressionBuilder<Tables, typeof table>) =>
  where.or([
    where('datastore_id', '=', datastoreId),
    where.and([
      where('datastore_id', 'is', null),
      where(
        'datastore_version_id',
        'in',
        where.selectFrom('datastore_versions').select('id').where('datastore_id', '=', datastoreId),
      ),
    ]),
  ])

const ofVersion =
  (versionId: DatastoreVersionId, ownerId: string | undefined) => (where: ExpressionBuilder<Tables, typeof table>) => {
    const own = where('datastore_version_id', '=', versionId)
    if (ownerId === undefined) return own
    return where.or([
      own,
      where.and([where('datastore_version_id', '=', noVersion), where('datastore_id', '=', ownerId)]),
    ])
  }

function pageQuery(db: Kysely<Tables>, filter: PolicyEventFilter, before: string | undefined) {
  const { datastoreId, versionId, ownerId, since, actors } = filter
  let query = db.selectFrom(table).selectAll().orderBy('id', 'desc')
  if (datastoreId !== undefined) query = query.where(ofDatastore(datastoreId))
  if (versionId !== undefined) query = query.where(ofVersion(versionId, ownerId))
  if (since !== undefined) query = query.where('created', '>=', datetimeText(since))
  if (actors !== undefined) query = query.where('actor', 'in', actors)
  if (before !== undefined) query = query.where('id', '<', before)
  return query
}

function laterQuery(db: Kysely<Tables>, { id, versionId, datastoreId, key }: PolicyEvent, value: string | undefined) {
  const later = db.selectFrom(table).selectAll().where('id', '>', id).where('key', '=', key).orderBy('id', 'desc')
  const ofRule =
    versionId === null
      ? later.where('datastore_version_id', '=', noVersion).where('datastore_id', '=', datastoreId ?? null)
      : later.where('datastore_version_id', '=', versionId)
  return value === undefined ? ofRule : ofRule.where('value', '=', value)
}

export function policyEventStore(db: Kysely<Tables>): PolicyEventStore {
  return {
    async append(events) {
      if (events.length === 0) return
      const ofVersion = await datastoresOf(
        db,
        events.flatMap(({ versionId }) => versionId ?? []),
      )
      const rows = events.map(event => toRow(event, ofVersion.get(event.versionId ?? '') ?? null))
      await db.insertInto(table).values(rows).execute()
    },
    async list(versionId, keys) {
      const rows = await db
        .selectFrom(table)
        .selectAll()
        .where('datastore_version_id', '=', versionId)
        .where('key', 'in', keys)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(toEvent)
    },
    async page(filter, before, limit) {
      return (await pageQuery(db, filter, before).limit(limit).execute()).map(toEvent)
    },
    async byIds(ids) {
      if (ids.length === 0) return []
      const rows = await db.selectFrom(table).selectAll().where('id', 'in', ids).orderBy('id', 'desc').execute()
      return rows.map(toEvent)
    },
    async actors(limit) {
      const rows = await db.selectFrom(table).select('actor').distinct().orderBy('actor').limit(limit).execute()
      return rows.map(({ actor }) => actor)
    },
    async after(event, value) {
      return (await laterQuery(db, event, value).execute()).map(toEvent)
    },
    async flavorNames(versionIds, flavorIds) {
      const latest = new Map<FlavorId, { id: string; name: string }>()
      for (const versions of slices(versionIds))
        for (const flavors of slices(flavorIds)) {
          const rows = await db
            .selectFrom('trovets_policy_events')
            .select(['id', 'value', 'flavor_name'])
            .where('datastore_version_id', 'in', versions)
            .where('value', 'in', flavors)
            .where('flavor_name', 'is not', null)
            .execute()
          for (const { id, value, flavor_name: name } of rows)
            if (id > (latest.get(value)?.id ?? '')) latest.set(value, { id, name: name! })
        }
      return new Map(flavorIds.flatMap(id => (latest.has(id) ? [[id, latest.get(id)!.name]] : [])))
    },
  }
}

async function datastoresOf(
  db: Kysely<Tables>,
  versionIds: readonly DatastoreVersionId[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = [...new Set(versionIds)]
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('datastore_versions').select(['id', 'datastore_id']).where('id', 'in', ids).execute()
  return new Map(rows.map(row => [row.id, row.datastore_id]))
}

/** Parts that are small enough for one query on every engine. */
const slices = <Item>(all: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(all.length / valuesPerQuery) }, (_, index) =>
    all.slice(index * valuesPerQuery, (index + 1) * valuesPerQuery),
  )
