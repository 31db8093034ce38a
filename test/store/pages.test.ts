import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type CompiledQuery, DefaultQueryExecutor, sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'

/** A large project and many small ones, of whose instances every second one is deleted; and events of two versions. */
const [instanceCount, eventCount] = [12_000, 6000]
const pageSize = 20
/** Every second instance of the large project lies between two of others, and every fourth one of all is deleted. */
const rowsMax = 5 * pageSize

const uuid = (kind: number, n: number) =>
  `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datastore, otherDatastore] = [uuid(1, 0), uuid(1, 1)]
const versions = [uuid(2, 0), uuid(2, 1)]

type Query = Pick<CompiledQuery, 'sql' | 'parameters'>
let executed: Query[] | undefined
const executor = DefaultQueryExecutor.prototype
const { executeQuery } = executor
executor.executeQuery = function (query, ...more) {
  executed?.push(query)
  return executeQuery.call(this, query, ...more) as never
}
after(() => {
  executor.executeQuery = executeQuery
})

async function insertAll(
  { kysely }: Database,
  table: 'instances' | 'trovets_policy_events',
  count: number,
  row: (n: number) => object,
) {
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count - from) }, (_, n) => row(from + n))
    await kysely
      .insertInto(table)
      .values(rows as never)
      .execute()
  }
}

async function fill(database: Database, stores: Stores) {
  const { dialect } = database
  const owners = [datastore, otherDatastore]
  for (const [n, id] of owners.entries())
    await stores.datastores.insert({ id, name: `datastore ${n}`, defaultVersionId: null })
  for (const [n, id] of versions.entries())
    await database.kysely
      .insertInto('datastore_versions')
      .values({
        ...{ id, datastore_id: owners[n]!, name: 'v', image_id: 'i', packages: '', active: dialect.flag(true) },
        ...{ manager: 'mysql', image_tags: null, version: '1', registry_ext: null, repl_strategy: null },
      })
      .execute()
  await insertAll(database, 'instances', instanceCount, n => ({
    ...{
      id: uuid(4, n),
      tenant_id: n % 8 < 4 ? 'large' : `p${n % 100}`,
      name: 'db',
      flavor_id: `${n % 7}`,
      task_id: 1,
      server_status: 'ACTIVE',
    },
    ...{ datastore_version_id: versions[n % 2], deleted: dialect.flag(n % 4 < 2) },
  }))
  // Those of the rare author are the oldest, so they would be read last.
  await insertAll(database, 'trovets_policy_events', eventCount, n => ({
    ...{
      id: uuid(3, n),
      created: '2026-01-01 00:00:00',
      actor: n < 2 ? 'rare' : 'ada',
      action: 'added',
      key: 'flavor',
    },
    ...{ value: `${n}`, datastore_version_id: n % 50 === 0 ? '' : versions[n % 2], datastore_id: owners[n % 2] },
  }))
}

/** The most rows that a step of a query reads. */
const rowsRead: Readonly<Record<string, (database: Database, query: Query) => Promise<number>>> = {
  /** SQLite counts no rows: a plan that sorts or scans reads all. */
  async sqlite({ kysely }, query) {
    const { rows } = await explain<{ detail: string }>(kysely, 'explain query plan ', query)
    return rows.some(({ detail }) => /TEMP B-TREE|^SCAN (instances|trovets_policy_events)$/.test(detail))
      ? Number.POSITIVE_INFINITY
      : 0
  },
  async postgresql({ kysely }, query) {
    type Node = Readonly<Record<string, number>> & Readonly<{ Plans?: readonly Node[] }>
    const most = (node: Node): number =>
      Math.max(
        (node['Actual Rows'] ?? 0) +
          (node['Rows Removed by Filter'] ?? 0) +
          (node['Rows Removed by Index Recheck'] ?? 0),
        ...(node.Plans ?? []).map(most),
      )
    const { rows } = await explain<{ 'QUERY PLAN': [{ Plan: Node }] }>(kysely, 'explain (analyze, format json) ', query)
    return most(rows[0]!['QUERY PLAN'][0].Plan)
  },
  async mysql({ kysely }, query) {
    const { rows } = await explain<{ ANALYZE: string }>(kysely, 'analyze format=json ', query)
    const found = [...rows[0]!.ANALYZE.matchAll(/"r_rows": ([\d.]+)/g)].map(match => Number(match[1]))
    return Math.max(0, ...found)
  },
}

function explain<T>(db: Database['kysely'], words: string, { sql: text, parameters }: Query) {
  const parts = text.split(/\?|\$\d+/)
  const all = parts.flatMap((part, n) => [sql.raw(part), ...(n < parts.length - 1 ? [sql`${parameters[n]}`] : [])])
  return sql<T>`${sql.raw(words)}${sql.join(all, sql``)}`.execute(db)
}

const analyzed: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  sqlite: ({ kysely }) => sql`analyze`.execute(kysely),
  postgresql: ({ kysely }) => sql`analyze`.execute(kysely),
  mysql: ({ kysely }) => sql`analyze table instances, trovets_policy_events`.execute(kysely),
}

/** Pages, and from where each of them is read. */
function pagesOf({ instances, events }: Stores): Readonly<Record<string, () => Promise<readonly unknown[]>>> {
  const deep = uuid(4, instanceCount / 2)
  const early = uuid(3, eventCount / 2)
  const ofVersion = { versionId: versions[0]!, ownerId: datastore }
  return {
    'instances of a project': () => instances.page({ projectId: 'p7' }, undefined, pageSize),
    'instances of a project, deep': () => instances.page({ projectId: 'p7' }, deep, pageSize),
    'instances of a large project': () => instances.page({ projectId: 'large' }, undefined, pageSize),
    'instances of a large project, deep': () => instances.page({ projectId: 'large' }, deep, pageSize),
    'instances of all projects but of clusters': () => instances.page({}, deep, pageSize),
    'instances of all projects': () => instances.page({ clusteredToo: true }, undefined, pageSize),
    'instances of all projects, deep': () => instances.page({ clusteredToo: true }, deep, pageSize),
    'deleted instances, deep': () => instances.page({ clusteredToo: true, deleted: true }, deep, pageSize),
    events: () => events.page({}, undefined, pageSize),
    'events, deep': () => events.page({}, early, pageSize),
    'events of a version': () => events.page(ofVersion, early, pageSize),
    'events of a datastore': () => events.page({ datastoreId: datastore }, early, pageSize),
    'events of a rare author': () => events.page({ actors: ['rare', 'cli:rare'] }, undefined, pageSize),
    'events since a time after all of them': () => events.page({ since: new Date('2040-01-01') }, undefined, pageSize),
    authors: () => events.actors(pageSize),
  }
}

for (const engine of engines)
  describe(`a page costs what it shows, on ${engine.name}`, { concurrency: false }, () => {
    test('from wherever in a large table it is read, with statistics and without', async t => {
      const { database, stores } = await freshDatabase(t, engine)
      await fill(database, stores)
      const many: string[] = []
      for (const when of ['without statistics', 'with statistics']) {
        if (when === 'with statistics') await analyzed[engine.name]!(database)
        // Only SQLite makes plans of the same kind with any number of rows.
        else if (engine.name !== 'sqlite') continue
        for (const [what, read] of Object.entries(pagesOf(stores))) {
          executed = []
          const shown = await read()
          const queries = executed
          executed = undefined
          assert.equal(shown.length, expected[what] ?? pageSize, what)
          for (const query of queries) {
            const rows = await rowsRead[engine.name]!(database, query)
            if (rows > rowsMax) many.push(`${what}, ${when}: ${rows} rows by ${query.sql}`)
          }
        }
      }
      assert.deepEqual(many, [])
      const planted = { sql: 'select name from instances order by name limit 20', parameters: [] }
      assert.ok((await rowsRead[engine.name]!(database, planted)) > rowsMax, 'a page that is sorted is found')
    })

    test('the history since a time leaves nothing out', async t => {
      const { stores } = await freshDatabase(t, engine)
      const actor = { actor: 'ada', requestId: null, versionId: versions[0]!, action: 'added', key: 'flavor' } as const
      const event = () => ({ ...actor, id: clock.newId(), created: clock.now(), value: '1' })
      const first = event()
      await stores.events.append([first, event()])
      const since = new Date(Math.floor(first.created.getTime() / 1000) * 1000)
      assert.equal((await stores.events.page({ since }, undefined, 9)).length, 2)
    })
  })

/** Pages that have fewer entries. */
const expected: Readonly<Record<string, number>> = {
  'events of a rare author': 2,
  'events since a time after all of them': 0,
  authors: 2,
}
