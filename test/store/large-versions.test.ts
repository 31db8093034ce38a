import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deleteDatastoreVersion } from '../../src/operations/datastores/manage-datastore-versions.ts'
import { writeRows } from '../../src/operations/datastores/write-rows.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { newInstance } from './instance-rows.ts'
import { addVersion } from './rows.ts'

const actor = { id: 'cli:ada', requestId: null }
/** More rows than one statement can insert on every engine. */
const many = Array.from({ length: 5000 }, (_, n) => `f${n}`)

const associate = (stores: Stores, versionId: string) =>
  stores.transaction(inside =>
    writeRows(inside, clock, actor, [{ versionId, key: 'flavor', end: [], revive: [], insert: many }]),
  )

for (const engine of engines)
  describe(`much of it, on ${engine.name}`, { concurrency: false }, () => {
    test('a version is deleted with all of its associations, each with an event', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const version = await addVersion(stores)
      await associate(stores, version.id)
      await deleteDatastoreVersion({ stores, clock }, actor, version.id)
      assert.equal(await stores.versions.byId(version.id), undefined)
      const left = await database.kysely.selectFrom('datastore_version_metadata').select('id').execute()
      assert.equal(left.length, 0)
      const events = await stores.events.list(version.id, ['flavor'])
      const deleted = events.filter(({ action }) => action === 'version_deleted')
      assert.deepEqual(deleted.map(({ value }) => value).sort(), many.toSorted())
      assert.ok(deleted.every(({ datastoreId }) => datastoreId === version.datastoreId))
    })

    test('rows of many versions are written a few at a time, each with its event, and the progress ends at all of them', async t => {
      const { stores } = await freshDatabase(t, engine)
      const versions = [await addVersion(stores), await addVersion(stores), await addVersion(stores)]
      const progress: [written: number, of: number][] = []
      let rowsMax = 0
      const plans = versions.map(({ id }) => ({ versionId: id, key: 'flavor', end: [], revive: [], insert: many }))
      await stores.transaction(inside => {
        const insert: typeof inside.metadata.insert = rows => {
          rowsMax = Math.max(rowsMax, rows.length)
          return inside.metadata.insert(rows)
        }
        const counting = { ...inside, metadata: { ...inside.metadata, insert } }
        return writeRows(counting, clock, actor, plans, (...step) => progress.push(step))
      })
      assert.ok(rowsMax <= 500)
      assert.deepEqual(progress[0], [0, 2 * many.length * versions.length])
      assert.deepEqual(progress.at(-1), [2 * many.length * versions.length, 2 * many.length * versions.length])
      for (const { id } of versions) {
        assert.equal((await stores.metadata.list(id, ['flavor'])).length, many.length)
        assert.equal((await stores.events.list(id, ['flavor'])).length, many.length)
      }
    })

    test('instances are counted by state, however many pieces that takes', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const { id: versionId } = await addVersion(stores)
      assert.deepEqual(await stores.instances.countByState(), [])
      const instance = newInstance(versionId, { intent: undefined, serverStatus: 'ACTIVE', taskId: 1 })
      await stores.instances.insert(instance)
      const row = await database.kysely.selectFrom('instances').selectAll().executeTakeFirstOrThrow()
      const rows = Array.from({ length: 4500 }, (_, n) => ({
        ...row,
        id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        server_status: n % 3 === 0 ? 'ERROR' : 'ACTIVE',
        deleted: database.dialect.flag(n % 9 === 8),
      }))
      for (let from = 0; from < rows.length; from += 500)
        await database.kysely
          .insertInto('instances')
          .values(rows.slice(from, from + 500))
          .execute()
      const counts = (await stores.instances.countByState()).map(
        ({ serverStatus, serviceStatus, count }) => `${serverStatus} ${serviceStatus} ${count}`,
      )
      const unknown = (await stores.instances.byId(rows[0]!.id))!.serviceStatus
      assert.deepEqual(
        counts.sort(),
        [`ACTIVE ${instance.serviceStatus} 1`, `ACTIVE ${unknown} 2500`, `ERROR ${unknown} 1500`].sort(),
      )
    })
  })
