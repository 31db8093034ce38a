import { type Kysely, sql } from 'kysely'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreStore } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'

const toDatastore = (row: Tables['datastores']): Datastore => ({
  id: row.id,
  name: row.name ?? '',
  defaultVersionId: row.default_version_id,
})

export function datastoreStore(db: Kysely<Tables>): DatastoreStore {
  const select = () => db.selectFrom('datastores').selectAll()
  return {
    async list() {
      return (await select().orderBy('name').orderBy('id').execute()).map(toDatastore)
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row && toDatastore(row)
    },
    async byName(name) {
      const row = await select().where(sql`lower(name)`, '=', name.toLowerCase()).executeTakeFirst()
      return row && toDatastore(row)
    },
    async insert({ id, name, defaultVersionId }) {
      await db.insertInto('datastores').values({ id, name, default_version_id: defaultVersionId }).execute()
    },
    async setDefaultVersion(id, versionId) {
      await db.updateTable('datastores').set({ default_version_id: versionId }).where('id', '=', id).execute()
    },
    async remove(id) {
      await db.deleteFrom('datastores').where('id', '=', id).execute()
    },
  }
}
