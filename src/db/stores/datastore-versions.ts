import type { Kysely } from 'kysely'
import { type DatastoreVersion, parseImageTags } from '../../model/datastore-version.ts'
import type { DatastoreVersionStore } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { ascending, isSameName } from './names.ts'
import type { versionColumns } from './newer-columns.ts'
import { orDuplicate } from './or-duplicate.ts'

const table = 'datastore_versions'

const toVersion = (row: Tables['datastore_versions']): DatastoreVersion => ({
  id: row.id,
  datastoreId: row.datastore_id ?? '',
  name: row.name ?? '',
  version: row.version ?? '',
  manager: row.manager,
  imageId: row.image_id,
  imageTags: parseImageTags(row.image_tags),
  packages: row.packages,
  active: Boolean(row.active),
  // The database of a Trove 18 does not have these columns.
  registryExt: row.registry_ext ?? null,
  replStrategy: row.repl_strategy ?? null,
})

export function datastoreVersionStore(
  db: Kysely<Tables>,
  dialect: Dialect,
  columns: ReturnType<typeof versionColumns>,
): DatastoreVersionStore {
  const toRow = (version: DatastoreVersion): Tables['datastore_versions'] => ({
    id: version.id,
    datastore_id: version.datastoreId,
    name: version.name,
    image_id: version.imageId,
    packages: version.packages,
    active: dialect.flag(version.active),
    manager: version.manager,
    image_tags: version.imageTags.length > 0 ? version.imageTags.join(',') : null,
    version: version.version,
    registry_ext: version.registryExt,
    repl_strategy: version.replStrategy,
  })
  const select = () => db.selectFrom(table).selectAll()
  const list = async (datastoreId?: string) => {
    const query = datastoreId === undefined ? select() : select().where('datastore_id', '=', datastoreId)
    // Nearly in the right order, by an index; what is sorted already takes no time to sort.
    const rows = await query.orderBy('datastore_id').orderBy('name').orderBy('version').execute()
    return sorted(rows.map(toVersion))
  }
  return {
    list,
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row && toVersion(row)
    },
    async byIds(ids) {
      return ids.length === 0 ? [] : (await select().where('id', 'in', ids).execute()).map(toVersion)
    },
    async byName(datastoreId, name) {
      const versions = (await list(datastoreId)).filter(version => isSameName(version.name, name))
      return versions.sort((a, b) => ascending(a.version, b.version))
    },
    async insert(version) {
      const row = await columns.fitted(db, toRow(version))
      await orDuplicate(dialect, table, db.insertInto(table).values(row).execute())
    },
    async update(version) {
      const { id, ...row } = await columns.fitted(db, toRow(version))
      await orDuplicate(dialect, table, db.updateTable(table).set(row).where('id', '=', id).execute())
    },
    remove: id => removeVersion(db, id),
    async lock(id) {
      const query = select().where('id', '=', id)
      const row = await (dialect.locksRows ? query.forUpdate() : query).executeTakeFirst()
      return row && toVersion(row)
    },
  }
}

/** By datastore, name and number. Names are converted once, since there may be thousands. */
function sorted(versions: readonly DatastoreVersion[]): DatastoreVersion[] {
  const named = versions.map(version => ({ version, lower: version.name.toLowerCase() }))
  named.sort(
    ({ version: a, lower }, { version: b, lower: other }) =>
      ascending(a.datastoreId, b.datastoreId) ||
      ascending(lower, other) ||
      ascending(a.name, b.name) ||
      ascending(a.version, b.version),
  )
  return named.map(({ version }) => version)
}

const rowsAtOnce = 500

/** The last rows are deleted with the version. Before that, other requests run between the statements. */
async function removeVersion(db: Kysely<Tables>, id: string): Promise<void> {
  const rows = db.selectFrom('datastore_version_metadata').select('id').where('datastore_version_id', '=', id)
  for (;;) {
    const some = (await rows.limit(rowsAtOnce).execute()).map(row => row.id)
    if (some.length < rowsAtOnce) break
    await db.deleteFrom('datastore_version_metadata').where('id', 'in', some).execute()
  }
  await db.deleteFrom(table).where('id', '=', id).execute()
}
