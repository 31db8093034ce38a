import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { migrate, tables } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { horizonOf } from '../../src/rules/instance/schedule.ts'
import { type Engine, engines } from '../servers/engines.ts'
import { freshDatabase, open } from './fresh-database.ts'
import { addInstance, newInstance, startMs } from './instance-rows.ts'
import { eventOf, metadataOf, noon, versionOf } from './rows.ts'
import { isOurs, runFiles, tableNames, trovesTables } from './troves-database.ts'

const waits = { claimMs: 30_000, healthMs: 10_000 }

/** A database as a Trove of today made and filled it, before anything of ours is there. */
async function trovesDatabase(t: TestContext, engine: Engine) {
  const database = await open(t, await engine.createDatabase())
  await runFiles(database, 'trove-head-schema.sql', 'trove-head-rows.sql')
  return { database, stores: openStores(database), run: (text: string) => sql.raw(text).execute(database.kysely) }
}

test('no table of ours holds on to one of Trove’s, which may delete its rows and change its tables as it likes', () => {
  const ours = tables.filter(({ name }) => isOurs(name))
  assert.ok(ours.length >= 3)
  assert.deepEqual(
    ours.filter(({ foreignKeys }) => foreignKeys?.length),
    [],
  )
})

for (const engine of engines) {
  describe(`an instance whose row Trove purged, on ${engine.name}`, () => {
    test('leaves nothing for a worker to do, or to wake up for', async t => {
      const { database, stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      assert.equal(await stores.instances.nextDueMs('here', startMs), startMs)
      await sql`delete from instances where id = ${id}`.execute(database.kysely)
      assert.deepEqual(await stores.instances.due(horizonOf(startMs + 1, waits), 'here', 10), [])
      assert.equal(await stores.instances.nextDueMs('here', startMs), undefined)
      assert.equal(await stores.instances.byId(id, { deletedToo: true }), undefined)
    })
  })
}

for (const engine of engines.filter(engine => engine.name === 'mysql')) {
  describe('a database of today’s Trove', () => {
    test('gets our tables beside its own, of which not one and no row is touched', async t => {
      const { database } = await trovesDatabase(t, engine)
      const asTroveLeftThem = await trovesTables(database)
      assert.equal(Object.keys(asTroveLeftThem).length, 29)
      assert.ok(Object.values(asTroveLeftThem).filter(({ rows }) => rows.length > 0).length >= 20)
      await migrate(database)
      assert.deepEqual(await trovesTables(database), asTroveLeftThem)
      const added = tables.map(({ name }) => name).filter(isOurs)
      assert.deepEqual(
        (await tableNames(database)).filter(isOurs),
        [...added, 'trovets_migrations', 'trovets_migrations_lock'].sort(),
      )
    })

    test('is read as Trove reads it', async t => {
      const { database, stores } = await trovesDatabase(t, engine)
      await migrate(database)
      const datastores = await stores.datastores.list()
      assert.deepEqual(datastores, [
        { id: 'd-mysql', name: 'mysql', defaultVersionId: 'v-80' },
        { id: 'd-pg', name: 'postgresql', defaultVersionId: null },
      ])
      assert.deepEqual(await stores.versions.byId('v-80'), {
        id: 'v-80',
        datastoreId: 'd-mysql',
        name: '8.0',
        version: '8.0.36',
        manager: 'mysql',
        imageId: null,
        imageTags: ['trove', 'mysql'],
        packages: '',
        active: true,
        registryExt: 'trove.guestagent.datastore.mysql.manager.Manager',
        replStrategy: 'trove.guestagent.strategies.replication.mysql_gtid.MysqlGTIDReplication',
      })
      const rows = await stores.metadata.list('v-80', ['flavor', 'volume_type'])
      assert.deepEqual(
        rows.map(({ key, value }) => `${key} ${value}`),
        ['flavor 2', 'flavor 3', 'volume_type ssd'],
      )
      const instances = await stores.instances.page({ projectId: 'p1', clusteredToo: true }, undefined, 10)
      assert.deepEqual(
        instances.map(({ id, name, flavorId, serviceStatus, replicaOfId, clusterId, intent }) => ({
          ...{ id, name, flavorId, serviceStatus },
          ...{ replicaOfId, clusterId, intent },
        })),
        [
          ['i-1', 'shop', '2', 'HEALTHY', null, null],
          ['i-2', 'shop-replica', '3', 'HEALTHY', 'i-1', null],
          ['i-3', 'trio-1', '4', 'RUNNING', null, 'k-1'],
        ].map(([id, name, flavorId, serviceStatus, replicaOfId, clusterId]) => ({
          ...{ id, name, flavorId, serviceStatus },
          ...{ replicaOfId, clusterId, intent: undefined },
        })),
      )
      assert.deepEqual(instances[0]!.access, { is_public: false })
      assert.ok(await stores.instances.rootEnabledAt('i-1'))
    })

    test('takes versions from us: what its columns may not leave empty is the empty text', async t => {
      const { database, stores, run } = await trovesDatabase(t, engine)
      await migrate(database)
      const silent = versionOf('d-mysql', '9.0')
      const said = versionOf('d-mysql', '9.1', { registryExt: 'a.Manager', replStrategy: 'b.Strategy' })
      for (const version of [silent, said]) await stores.versions.insert(version)
      assert.deepEqual(await stores.versions.byId(silent.id), { ...silent, registryExt: '', replStrategy: '' })
      assert.deepEqual(await stores.versions.byId(said.id), said)
      await stores.versions.update({ ...said, registryExt: null, active: false })
      assert.deepEqual(await stores.versions.byId(said.id), { ...said, registryExt: '', active: false })
      // As Trove reads all of them: null is what it cannot be given.
      const { rows } = await run(
        'select id from datastore_versions where registry_ext is null or repl_strategy is null',
      )
      assert.deepEqual(rows, [])
    })

    test('takes associations and instances from us', async t => {
      const { database, stores } = await trovesDatabase(t, engine)
      await migrate(database)
      await stores.metadata.insert([metadataOf('v-pg', '2')])
      await stores.metadata.revive('m-3', '4', noon)
      const values = async (id: string) => (await stores.metadata.list(id, ['flavor'])).map(({ value }) => value)
      assert.deepEqual([await values('v-pg'), (await values('v-80')).sort()], [['2'], ['2', '3', '4']])
      const instance = newInstance('v-pg')
      await stores.instances.insert(instance)
      assert.deepEqual(await stores.instances.byId(instance.id), instance)
    })

    test('lets Trove delete what we have rows about', async t => {
      const { database, stores, run } = await trovesDatabase(t, engine)
      await migrate(database)
      const instance = newInstance('v-57')
      await stores.instances.insert(instance)
      await stores.events.append([eventOf('v-57', '1')])
      await stores.metadata.insert([metadataOf('v-57', 'vcpus>=2', { key: 'flavor_requirement' })])
      await run(`delete from instances where datastore_version_id = 'v-57'`)
      await run(`delete from datastore_versions where id = 'v-57'`)
      assert.equal(await stores.versions.byId('v-57'), undefined)
      assert.deepEqual(await stores.metadata.list('v-57', ['flavor_requirement']), [])
      // What happened to it outlives it; of its instance there is nothing more to do.
      assert.equal((await stores.events.list('v-57', ['flavor'])).length, 1)
      assert.deepEqual(await stores.instances.due(horizonOf(startMs + 1, waits), 'here', 10), [])
    })

    test('lets Trove change its tables, and goes on being read and written', async t => {
      const { database, run } = await trovesDatabase(t, engine)
      await migrate(database)
      // Made up, as is what a Trove to come does; each kind of change that its migrations made so far.
      for (const change of [
        'alter table instances add column next_thing varchar(64)',
        'alter table datastore_versions add column next_thing text',
        `update datastore_versions set next_thing = 'x'`,
        'alter table datastore_versions modify next_thing text not null default (1)',
        'alter table datastore_version_metadata modify value varchar(255)',
        'alter table instances drop foreign key instances_ibfk_1',
        'alter table instances drop column ssl_ref',
        'drop table capability_overrides',
        'create index next_index on datastore_version_metadata (value)',
        `update alembic_version set version_num = 'next'`,
      ])
        await run(change)
      const stores = openStores(database)
      assert.deepEqual(await migrate(database), [])
      const version = versionOf('d-pg', '17', { registryExt: 'a', replStrategy: 'b' })
      await stores.versions.insert(version)
      assert.deepEqual(await stores.versions.byId(version.id), version)
      await stores.metadata.insert([metadataOf(version.id, '2')])
      const instance = newInstance(version.id)
      await stores.instances.insert(instance)
      assert.deepEqual(await stores.instances.byId(instance.id), instance)
      for (const table of ['instances', 'datastore_version_metadata', 'datastore_versions'])
        await run(`alter table ${table} rename to ${table}_gone`)
    })

    test('is as Trove left it once our tables are dropped, and can be adopted again', async t => {
      const { database } = await trovesDatabase(t, engine)
      const asTroveLeftThem = await trovesTables(database)
      await migrate(database)
      await dropOurs(database)
      assert.deepEqual(await tableNames(database), Object.keys(asTroveLeftThem))
      assert.deepEqual(await trovesTables(database), asTroveLeftThem)
      await migrate(database)
      assert.deepEqual(await trovesTables(database), asTroveLeftThem)
    })
  })

  describe('a database of a Trove 18 that we work on', () => {
    test('is brought to today’s schema by Trove, with our tables there, while we have it open', async t => {
      const database = await open(t, await engine.createDatabase())
      await runFiles(database, 'trove-18-schema.sql')
      await migrate(database)
      const { stores, run } = {
        stores: openStores(database),
        run: (text: string) => sql.raw(text).execute(database.kysely),
      }
      await stores.datastores.insert({ id: 'd', name: 'mysql', defaultVersionId: null })
      const version = versionOf('d', '8.0')
      await stores.versions.insert(version)
      await stores.metadata.insert([metadataOf(version.id, '2')])
      const instance = newInstance(version.id)
      await stores.instances.insert(instance)
      // What Trove's migrations from 906cffda7b29 on come to, for the tables that we share.
      for (const change of [
        'alter table datastore_versions add column registry_ext text, add column repl_strategy text',
        `update datastore_versions set registry_ext = 'a.Manager', repl_strategy = 'b.Strategy'`,
        'alter table datastore_versions modify registry_ext text not null',
        'alter table datastore_versions modify repl_strategy text not null',
        'alter table root_enabled_history add column deleted_at datetime',
        'alter table instances add column ssl_mode varchar(16), add column ssl_ref text',
      ])
        await run(change)
      assert.deepEqual(await migrate(database), [])
      assert.deepEqual(await stores.instances.byId(instance.id), instance)
      await stores.instances.markRootEnabled(instance.id, 'ann', noon)
      // With the pool that is open, and with the columns that have come since it was.
      const later = versionOf('d', '8.4', { registryExt: 'c' })
      await stores.versions.insert(later)
      assert.deepEqual(await stores.versions.byId(later.id), { ...later, replStrategy: '' })
      assert.equal((await stores.versions.byId(version.id))?.registryExt, 'a.Manager')
    })
  })
}

async function dropOurs(database: Database) {
  for (const table of (await tableNames(database)).filter(isOurs))
    await sql`drop table ${sql.table(table)}`.execute(database.kysely)
}
