import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import type { DatastoreVersion } from '../../src/model/datastore-version.ts'
import { Refused } from '../../src/model/refused.ts'
import {
  upsertDatastoreVersion,
  type VersionChanges,
} from '../../src/operations/datastores/manage-datastore-versions.ts'
import { MissingColumn } from '../../src/ports/stores.ts'
import { versionWith } from '../fixtures/datastore-version.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'

const version = (changes: Partial<DatastoreVersion> = {}) =>
  versionWith({ version: '8.0.36', imageTags: ['trove'], ...changes })

for (const engine of engines) {
  describe(`a database of Trove 18, whose versions lack two columns, on ${engine.name}`, () => {
    test('takes versions, gives them back, and changes them', async t => {
      const { database, stores, openAgain } = await freshDatabase(t, engine)
      for (const column of ['registry_ext', 'repl_strategy'])
        await sql`alter table datastore_versions drop column ${sql.ref(column)}`.execute(database.kysely)
      await stores.datastores.insert({ id: 'd', name: 'mysql', defaultVersionId: null })
      const { stores: older } = await openAgain()
      await older.transaction(async ({ versions }) => versions.insert(version()))
      assert.deepEqual(await older.versions.byId('v'), version())
      await older.versions.update(version({ active: false, name: '8' }))
      assert.deepEqual(await older.versions.list(), [version({ active: false, name: '8' })])
      assert.deepEqual(
        await older.transaction(({ versions }) => versions.lock('v')),
        version({ active: false, name: '8' }),
      )
    })

    test('says so when it has no room for what is to be written', async t => {
      const { database, stores, openAgain } = await freshDatabase(t, engine)
      await sql`alter table datastore_versions drop column ${sql.ref('registry_ext')}`.execute(database.kysely)
      await stores.datastores.insert({ id: 'd', name: 'mysql', defaultVersionId: null })
      const { stores: older } = await openAgain()
      await assert.rejects(
        older.versions.insert(version({ registryExt: 'x' })),
        error => error instanceof MissingColumn && error.column === 'registry_ext',
      )
      const input = { datastoreName: 'mysql', name: '9', number: undefined }
      const add = (changes: VersionChanges) =>
        upsertDatastoreVersion(
          { stores: older, clock },
          { id: 'cli:ada', requestId: null },
          { ...input, changes: { active: true, ...changes } },
        )
      await assert.rejects(
        add({ registryExt: 'x' }),
        error => error instanceof Refused && error.code === 'version_column_missing' && error.status === 400,
      )
      assert.deepEqual(await older.versions.byName('d', '9'), [])
      await add({})
      await assert.rejects(add({ registryExt: 'x' }), Refused)
      await older.versions.insert(version({ replStrategy: 'y' }))
      assert.equal((await older.versions.byId('v'))?.replStrategy, 'y')
    })
  })
}
