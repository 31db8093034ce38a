import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { copyDatabase } from '../../src/db/copy.ts'
import type { Database } from '../../src/db/database.ts'
import { tables } from '../../src/db/migrations/index.ts'
import type { Tables } from '../../src/db/tables.ts'
import { engines } from '../servers/engines.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, eventOf, later, metadataOf, noon } from './rows.ts'

/** Every row there is, with flags as truth values: the one thing in which the engines' rows differ. */
async function everyRow({ kysely }: Database) {
  const found: Record<string, unknown[]> = {}
  for (const { name, primaryKey, columns } of tables) {
    const rows: Record<string, unknown>[] = await kysely
      .selectFrom(name as keyof Tables)
      .selectAll()
      .execute()
    const plain = rows.map(row =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => {
          const isNumber = /^(flag|bigint)/.test(columns[column]!)
          return [column, isNumber && value !== null ? Number(value) : value]
        }),
      ),
    )
    found[name] = plain.toSorted((a, b) => (String(a[primaryKey]) < String(b[primaryKey]) ? -1 : 1))
  }
  return found
}

/** Rows of most kinds, with what is hard to carry over: nulls, flags, datetimes, every script, a row that points at a later one. */
async function fill({ database, stores }: Awaited<ReturnType<typeof freshDatabase>>) {
  const version = await addVersion(stores, { imageTags: ['a', 'b'], packages: 'größe, 数据库' })
  await addDatastore(stores, 'Ünïcode')
  await stores.metadata.insert([
    metadataOf(version.id, 'Ärger '),
    metadataOf(version.id, 'gone', { deleted: true, deletedAt: later, updatedAt: later }),
    ...Array.from({ length: 450 }, (_, index) => metadataOf(version.id, `flavor-${index}`)),
  ])
  await stores.events.append([
    eventOf(version.id, '1', { flavorName: 'größe' }),
    eventOf(version.id, '2', { requestId: 'req-1', created: later }),
  ])
  await stores.quotas.set('q1', 'p1', 'instances', -1, noon)
  const instance = (id: string, source: string | null) => ({
    id,
    created: '2026-11-23 12:00:00',
    updated: '2026-11-23 12:00:07',
    name: `db ${id}`,
    deleted: database.dialect.flag(false),
    datastore_version_id: version.id,
    slave_of_id: source,
    access: '{"is_public": false}',
  })
  await database.kysely
    .insertInto('instances')
    .values(instance('b', null) as never)
    .execute()
  await database.kysely
    .insertInto('instances')
    .values(instance('a', 'b') as never)
    .execute()
  await database.kysely
    .insertInto('trovets_instances')
    .values({
      ...{ instance_id: 'b', image_id: 'i', manager: 'postgresql', action: 'keep', generation: 3, flavor_id: '1' },
      ...{ vcpus: 1, ram_mb: 512, volume_size: 2, from_flavor_id: null, from_vcpus: null, from_ram_mb: null },
      ...{ restart_of: null, place: 'here', process: '7:1', host: '127.0.0.1', port: 20_001 },
      ...{ admin_password: 'x'.repeat(3000), preparation: null, claimed_by: null, claimed_until: null },
      ...{ next_at: 1_795_000_000_000, failures: 0 },
    })
    .execute()
}

for (const source of engines)
  for (const target of engines)
    describe(`everything of a database on ${source.name} goes to an empty one on ${target.name}`, () => {
      test('every row, as it is', async t => {
        const from = await freshDatabase(t, source)
        const to = await freshDatabase(t, target)
        await fill(from)
        const said: string[] = []
        const rows = await copyDatabase(from.database, to.database, line => said.push(line))
        const copied = await everyRow(to.database)
        assert.deepEqual(copied, await everyRow(from.database))
        assert.equal(rows, Object.values(copied).flat().length)
        assert.ok(said.includes('datastore_version_metadata: 452 rows'), said.join('\n'))
      })

      test('all or nothing: a row that the target cannot hold leaves it empty', async t => {
        const from = await freshDatabase(t, source)
        const to = await freshDatabase(t, target)
        await fill(from)
        await to.database.kysely.schema.alterTable('trovets_policy_events').dropColumn('request_id').execute()
        await assert.rejects(copyDatabase(from.database, to.database, () => {}))
        const rows = await to.database.kysely.selectFrom('datastores').selectAll().execute()
        assert.deepEqual(rows, [])
      })
    })

test('a database that holds anything is not written to', async t => {
  const from = await freshDatabase(t, engines[0]!)
  const to = await freshDatabase(t, engines[0]!)
  await fill(from)
  await addDatastore(to.stores, 'mine')
  const before = await everyRow(to.database)
  await assert.rejects(
    copyDatabase(from.database, to.database, () => {}),
    /not empty: datastores has rows/,
  )
  assert.deepEqual(await everyRow(to.database), before)
})
