import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { DatastoreId, DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import { readLevel } from '../../model/level.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { PolicyAction, PolicyEvent, PolicyEventFilter } from '../../model/policy-event.ts'
import type { PolicyEventStore } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
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

/** What events have in some columns. The first one leads the index that they are read by. */
type Part = readonly (readonly ['datastore_version_id' | 'datastore_id' | 'actor', string])[]

/** The parts of a history, none of which has events of another one. */
function partsOf({ datastoreId, versionId, ownerId, actors }: PolicyEventFilter): readonly Part[] {
  const ofActors: readonly Part[] = actors ? [...new Set(actors)].map(actor => [['actor', actor]]) : [[]]
  if (versionId === undefined) {
    const scope: Part = datastoreId === undefined ? [] : [['datastore_id', datastoreId]]
    return ofActors.map(actor => [...actor, ...scope])
  }
  const own: Part = [['datastore_version_id', versionId]]
  const ofOwner = (owner: string): Part => [
    ['datastore_version_id', noVersion],
    ['datastore_id', owner],
  ]
  const scopes = ownerId === undefined ? [own] : [own, ofOwner(ownerId)]
  return scopes.flatMap(scope => ofActors.map(actor => [...scope, ...actor]))
}

/**
 * Reads a page: the newest events of each part, of which the newest are the page. One query for all of them would sort the
 * whole history.
 */
async function pageOf(
  { db, dialect }: Readonly<{ db: Kysely<Tables>; dialect: Dialect }>,
  filter: PolicyEventFilter,
  before: string | undefined,
  limit: number,
) {
  const newest = () => {
    let query = db.selectFrom(table).selectAll().limit(limit)
    if (filter.since !== undefined)
      query = query.where('created', '>=', datetimeText(filter.since)).where('id', '>=', firstIdSince(filter.since))
    return before === undefined ? query : query.where('id', '<', before)
  }
  const rows: Row[] = []
  for (const [leading, ...others] of partsOf(filter)) {
    let query = newest()
    if (leading) query = query.where(dialect.atPoint(...leading)).orderBy(leading[0], 'desc')
    for (const [column, value] of others) query = query.where(dialect.exactly(column), '=', value)
    rows.push(...(await query.orderBy('id', 'desc').execute()))
  }
  if (filter.datastoreId !== undefined)
    rows.push(...(await ofOlderReleases(newest(), filter.datastoreId, filter.actors)))
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
}

/** Events of older releases do not say to which datastore their version belongs. */
function ofOlderReleases(
  newest: SelectQueryBuilder<Tables, typeof table, Row>,
  datastoreId: DatastoreId,
  actors: readonly string[] | undefined,
) {
  const query = newest.where('datastore_id', 'is', null).where(eb => {
    const versions = eb.selectFrom('datastore_versions').select('id').where('datastore_id', '=', datastoreId)
    return eb.exists(versions.whereRef('datastore_versions.id', '=', `${table}.datastore_version_id`))
  })
  return (actors ? query.where('actor', 'in', actors) : query).orderBy('id', 'desc').execute()
}

const hourMs = 60 * 60_000

/**
 * No event since a time has a lower id: ids begin with the time, and an event and its id are made at nearly the same time.
 * Without it, the last page would read all that is older.
 */
const firstIdSince = (since: Date): string => {
  const time = Math.max(0, since.getTime() - hourMs)
    .toString(16)
    .padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

function laterQuery(db: Kysely<Tables>, { id, versionId, datastoreId, key }: PolicyEvent, value: string | undefined) {
  const later = db.selectFrom(table).selectAll().where('id', '>', id).where('key', '=', key).orderBy('id', 'desc')
  const ofRule =
    versionId === null
      ? later.where('datastore_version_id', '=', noVersion).where('datastore_id', '=', datastoreId ?? null)
      : later.where('datastore_version_id', '=', versionId)
  return value === undefined ? ofRule : ofRule.where('value', '=', value)
}

export function policyEventStore(db: Kysely<Tables>, dialect: Dialect): PolicyEventStore {
  return {
    async append(events) {
      if (events.length === 0) return
      const ofVersion = await datastoresOf(
        db,
        events.flatMap(({ versionId }) => versionId ?? []),
      )
      for (const some of slices(events)) {
        const rows = some.map(event => toRow(event, ofVersion.get(event.versionId ?? '') ?? null))
        await db.insertInto(table).values(rows).execute()
      }
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
      return (await pageOf({ db, dialect }, filter, before, limit)).map(toEvent)
    },
    async byIds(ids) {
      if (ids.length === 0) return []
      const rows = await db.selectFrom(table).selectAll().where('id', 'in', ids).orderBy('id', 'desc').execute()
      return rows.map(toEvent)
    },
    async actors(limit) {
      const actors: string[] = []
      while (actors.length < limit) {
        const all = db.selectFrom(table).select('actor').orderBy('actor').limit(1)
        // One after the other, because the database would read all events to find those that differ.
        const next = await (actors.length === 0 ? all : all.where('actor', '>', actors.at(-1)!)).executeTakeFirst()
        if (!next) break
        actors.push(next.actor)
      }
      return actors
    },
    async after(event, value) {
      return (await laterQuery(db, event, value).execute()).map(toEvent)
    },
    flavorNames: (versionIds, flavorIds) => flavorNames(db, versionIds, flavorIds),
  }
}

async function flavorNames(
  db: Kysely<Tables>,
  versionIds: readonly DatastoreVersionId[],
  flavorIds: readonly FlavorId[],
) {
  const requested = new Set(flavorIds)
  const names = new Map<DatastoreVersionId, Map<FlavorId, string>>()
  for (const versions of slices(versionIds))
    for (const flavors of slices(flavorIds)) {
      const rows = await db
        .selectFrom(table)
        .select(['datastore_version_id as version', 'value', 'flavor_name'])
        .where('datastore_version_id', 'in', versions)
        .where('value', 'in', flavors)
        .where('flavor_name', 'is not', null)
        .orderBy('id')
        .execute()
      for (const { version, value, flavor_name: name } of rows) {
        // The database may take other ids for equal; those are not meant.
        if (!requested.has(value)) continue
        const own = names.get(version)
        if (own) own.set(value, name!)
        else names.set(version, new Map([[value, name!]]))
      }
    }
  return names
}

async function datastoresOf(
  db: Kysely<Tables>,
  versionIds: readonly DatastoreVersionId[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = [...new Set(versionIds)]
  if (ids.length === 0) return new Map()
  const owners = new Map<string, string | null>()
  for (const some of slices(ids)) {
    const versions = db.selectFrom('datastore_versions').select(['id', 'datastore_id']).where('id', 'in', some)
    for (const row of await versions.execute()) owners.set(row.id, row.datastore_id)
  }
  return owners
}

/** Parts that are small enough for one query on every engine. */
const slices = <Item>(all: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(all.length / valuesPerQuery) }, (_, index) =>
    all.slice(index * valuesPerQuery, (index + 1) * valuesPerQuery),
  )
