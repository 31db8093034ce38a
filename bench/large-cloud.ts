import { type Kysely, sql } from 'kysely'
import { openDatabase } from '../src/db/database.ts'
import type { Tables } from '../src/db/tables.ts'
import type { Cloud } from './cloud.ts'

/** What each version of a large cloud has. */
const ofEach = { associations: 100, instances: 20, events: 20 } as const
/** The instances of a large project, which is that of the admin. */
export const largeProject = { id: 'admin-project', instances: 20_000 } as const
const rowsPerInsert = 500

const uuid = (kind: number, n: number) =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`
const created = '2026-01-01 00:00:00'

/** The id of the instance in the middle of the list of the large project, for a deep page. */
export const middleInstance = uuid(5, largeProject.instances / 2)
/** The same of all instances. */
export const middleOfAll = (versions: number) => uuid(4, (versions * ofEach.instances) / 2)

async function insertAll<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  [begin, end]: readonly [begin: number, end: number],
  row: (n: number) => object,
) {
  for (let from = begin; from < end; from += rowsPerInsert) {
    const rows = Array.from({ length: Math.min(rowsPerInsert, end - from) }, (_, n) => row(from + n))
    await db
      .insertInto(table as 'datastores')
      .values(rows as never)
      .execute()
  }
}

/**
 * Adds the versions from one number to another, each with 100 associations of flavors that do not exist, 20 instances on such
 * flavors, and 20 events; with the first ones, also a project of 20,000 instances. So a compliance scan finds something about
 * every association and instance, which is the most that it can have to do.
 */
export async function enlarge({ connection }: Cloud, from: number, to: number): Promise<void> {
  const { kysely, dialect, close } = await openDatabase(connection, { poolSizeMax: 1, create: false })
  const [yes, no] = [dialect.flag(true), dialect.flag(false)]
  const rowsOf = (count: number) => [from * count, to * count] as const
  const version = (n: number, count: number) => uuid(2, Math.floor(n / count))
  const instance = (n: number, versionId: string) => ({
    ...{ created, updated: created, name: `db${n}`, task_id: 1, flavor_id: `f${n % 100}`, server_status: 'ACTIVE' },
    ...{ deleted: no, datastore_version_id: versionId },
  })
  await kysely.transaction().execute(async db => {
    if (from === 0)
      await insertAll(db, 'datastores', [0, 1], () => ({ id: uuid(1, 0), name: 'other', default_version_id: null }))
    await insertAll(db, 'datastore_versions', [from, to], n => ({
      ...{ id: uuid(2, n), datastore_id: uuid(1, 0), name: `v${n}`, image_id: 'image', packages: '', active: yes },
      ...{ manager: 'mysql', image_tags: null, version: '1', registry_ext: null, repl_strategy: null },
    }))
    await insertAll(db, 'datastore_version_metadata', rowsOf(ofEach.associations), n => ({
      ...{ id: uuid(3, n), datastore_version_id: version(n, ofEach.associations), key: 'flavor' },
      ...{ value: `f${n % ofEach.associations}`, created, deleted: no, deleted_at: null, updated_at: null },
    }))
    await insertAll(db, 'instances', rowsOf(ofEach.instances), n => ({
      ...{ id: uuid(4, n), tenant_id: `project-${n % 1000}` },
      ...instance(n, version(n, ofEach.instances)),
    }))
    if (from === 0)
      await insertAll(db, 'instances', [0, largeProject.instances], n => ({
        ...{ id: uuid(5, n), tenant_id: largeProject.id },
        ...instance(n, uuid(2, n % to)),
      }))
    await insertAll(db, 'trovets_policy_events', rowsOf(ofEach.events), n => ({
      ...{ id: uuid(0, n), created, actor: 'other', request_id: null, action: 'added', key: 'flavor' },
      ...{ datastore_version_id: version(n, ofEach.events), value: `f${n % 100}`, datastore_id: uuid(1, 0) },
    }))
  })
  if (dialect.name === 'mysql')
    for (const table of ['instances', 'datastore_version_metadata', 'trovets_policy_events'])
      await sql`analyze table ${sql.table(table)}`.execute(kysely)
  else if (dialect.name === 'postgresql') await sql`analyze`.execute(kysely)
  await close()
}
