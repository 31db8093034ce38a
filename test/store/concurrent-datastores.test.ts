import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { systemClock } from '../../src/main/system-clock.ts'
import { Refused } from '../../src/model/refused.ts'
import { deleteDatastore } from '../../src/operations/datastores/delete-datastore.ts'
import { createDatastoreVersion, updateDatastore } from '../../src/operations/datastores/manage-datastore-versions.ts'
import { operator } from '../../src/operations/datastores/visible-datastores.ts'
import { several } from '../extent.ts'
import { engines } from '../servers/engines.ts'

const image = { id: 'image', name: 'image', manager: 'm', version: '1', tags: [] }
const actor = { id: 'cli:ada', requestId: null }
const images = { list: async () => [image] }

for (const engine of engines) {
  describe(`datastores on ${engine.name}`, () => {
    /** Two pools on one fresh database, as two machines would have. */
    async function twoMachines(work: (machines: { stores: ReturnType<typeof openStores> }[]) => Promise<void>) {
      const url = await engine.createDatabase()
      const databases = [
        await openDatabase(url, { poolSizeMax: 5, create: true }),
        await openDatabase(url, { poolSizeMax: 5, create: true }),
      ]
      try {
        await migrate(databases[0]!)
        await work(databases.map(database => ({ stores: openStores(database) })))
      } finally {
        await Promise.all(databases.map(database => database.close()))
      }
    }

    test('one name in several letter cases, added at once, is one datastore', () =>
      twoMachines(async machines => {
        const names = ['PG', 'pg', 'Pg', 'pG', 'PG', 'pg']
        const results = await Promise.all(
          names.map((name, index) =>
            updateDatastore({ ...machines[index % 2]!, clock: systemClock }, { name, defaultVersion: '' }),
          ),
        )
        assert.equal(results.filter(({ created }) => created).length, 1)
        assert.equal((await machines[0]!.stores.datastores.list()).length, 1)
      }))

    test('a datastore deleted while versions are added is there with them, or gone without', () =>
      twoMachines(async machines => {
        for (let round = 0; round < several(5, 2); round++) {
          const datastoreName = `ds${round}`
          await updateDatastore({ ...machines[0]!, clock: systemClock }, { name: datastoreName, defaultVersion: '' })
          const changes = { manager: 'm', imageId: image.id, active: true }
          const input = { datastoreName, name: '1', changes, isDefault: true }
          const [deleted, created] = await Promise.allSettled([
            deleteDatastore({ ...machines[0]!, clock: systemClock }, actor, operator, datastoreName),
            createDatastoreVersion({ ...machines[1]!, images, clock: systemClock }, input),
          ])
          assert.equal(created.status, 'fulfilled', String((created as PromiseRejectedResult).reason))
          if (deleted.status === 'rejected') {
            assert.ok(deleted.reason instanceof Refused, String(deleted.reason))
            assert.equal(deleted.reason.code, 'datastore_has_versions')
          }
          const datastore = await machines[0]!.stores.datastores.byName(datastoreName)
          assert.equal((await machines[0]!.stores.versions.list(datastore!.id)).length, 1)
        }
      }))
  })
}
