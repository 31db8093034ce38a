import type { Kysely } from 'kysely'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreStore } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { lockName, lockNames } from './lock-name.ts'
import { byName, isSameName } from './names.ts'
import { orDuplicate } from './or-duplicate.ts'

const toDatastore = (row: Tables['datastores']): Datastore => ({
  id: row.id,
  name: row.name ?? '',
  defaultVersionId: row.default_version_id,
})

export function datastoreStore(db: Kysely<Tables>, dialect: Dialect): DatastoreStore {
  const select = () => db.selectFrom('datastores').selectAll()
  const list = async () => {
    const datastores = (await select().orderBy('id').execute()).map(toDatastore)
    return datastores.sort((a, b) => byName(a.name, b.name))
  }
  return {
    list,
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row && toDatastore(row)
    },
    async byIds(ids) {
      return ids.length === 0 ? [] : (await select().where('id', 'in', ids).execute()).map(toDatastore)
    },
    async byName(name) {
      return (await list()).find(datastore => isSameName(datastore.name, name))
    },
    lockAll: () => lockName(db, dialect, lockNames.datastores),
    async insert({ id, name, defaultVersionId }) {
      const row = { id, name, default_version_id: defaultVersionId }
      await orDuplicate(dialect, 'datastores', db.insertInto('datastores').values(row).execute())
    },
    async setDefaultVersion(id, versionId) {
      await db.updateTable('datastores').set({ default_version_id: versionId }).where('id', '=', id).execute()
    },
    async remove(id) {
      await db.deleteFrom('datastores').where('id', '=', id).execute()
    },
  }
}
