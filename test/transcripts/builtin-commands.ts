import { openDatabase } from '../../src/db/database.ts'
import { datetimeText } from '../../src/db/stores/datetime-text.ts'
import { systemClock } from '../../src/main/system-clock.ts'

/**
 * What a transcript can do to its database besides running trove-manage: `rows` and `events` look, all over or at one
 * version; `put` and `drop` leave a row as somebody else would have left it. A row is
 * `mysql 8.0 | flavor | "2" | 0 | NULL | set`: version, key, value, deleted, deleted_at, updated_at.
 */
export const builtinCommands: Readonly<Record<string, (file: string, rest: string) => Promise<string>>> = {
  rows: showRows,
  events: showEvents,
  put: putRow,
  drop: dropRow,
}

async function onDatabase<T>(file: string, work: (kysely: Kysely) => Promise<T>): Promise<T> {
  const database = await openDatabase(`sqlite:///${file}`, { poolSizeMax: 1, create: false })
  try {
    return await work(database.kysely)
  } finally {
    await database.close()
  }
}

type Kysely = Awaited<ReturnType<typeof openDatabase>>['kysely']

const versionsNamed = (kysely: Kysely) =>
  kysely
    .selectFrom('datastore_versions')
    .innerJoin('datastores', 'datastores.id', 'datastore_versions.datastore_id')
    .select(['datastore_versions.id', 'datastores.name as datastore', 'datastore_versions.name', 'version'])

const nameOf = (row: { datastore: string | null; name: string | null; version: string | null }) =>
  `${row.datastore} ${row.name}${row.version === row.name ? '' : `(${row.version})`}`

const isSet = (time: string | null) => (time === null ? 'NULL' : 'set')

/**
 * The rows of `datastore_version_metadata`, every one unless a version is named. Fails when a time that is set is not now in
 * UTC, to a quarter of an hour: no time zone is nearer, and a busy machine is slow.
 */
export async function showRows(file: string, version = ''): Promise<string> {
  return onDatabase(file, async kysely => {
    const names = new Map((await versionsNamed(kysely).execute()).map(row => [row.id, nameOf(row)]))
    const rows = await kysely.selectFrom('datastore_version_metadata').selectAll().execute()
    for (const time of rows.flatMap(row => [row.created, row.deleted_at, row.updated_at]))
      if (time !== null && Math.abs(Date.now() - Date.parse(`${time.replace(' ', 'T')}Z`)) > 15 * 60_000)
        throw new Error(`a row says ${time}, but it is ${datetimeText(new Date())} (UTC)`)
    return rows
      .map(row =>
        [
          names.get(row.datastore_version_id ?? ''),
          row.key,
          JSON.stringify(row.value),
          Number(row.deleted),
          isSet(row.deleted_at),
          isSet(row.updated_at),
        ].join(' | '),
      )
      .filter(row => row.startsWith(version))
      .sort()
      .join('\n')
  })
}

/** What was written down about changes, oldest first. */
async function showEvents(file: string, version: string): Promise<string> {
  return onDatabase(file, async kysely => {
    const names = new Map((await versionsNamed(kysely).execute()).map(row => [row.id, nameOf(row)]))
    const events = await kysely.selectFrom('trovets_policy_events').selectAll().orderBy('id').execute()
    return events
      .map(({ datastore_version_id: id, action, key, value, actor }) =>
        [names.get(id), action, key, JSON.stringify(value), actor].join(' | '),
      )
      .filter(event => event.startsWith(version))
      .join('\n')
  })
}

async function putRow(file: string, text: string): Promise<string> {
  const { version, key, value, deleted, deletedAt, updatedAt } = parseRow(text)
  return onDatabase(file, async kysely => {
    const id = await versionId(kysely, version)
    const now = datetimeText(new Date())
    const state = {
      deleted: Number(deleted),
      deleted_at: deletedAt === 'set' ? now : null,
      updated_at: updatedAt === 'set' ? now : null,
    }
    await kysely
      .insertInto('datastore_version_metadata')
      .values({ id: systemClock.newId(), datastore_version_id: id, key, value, created: now, ...state })
      .onConflict(conflict => conflict.columns(['datastore_version_id', 'key', 'value']).doUpdateSet(state))
      .execute()
    return ''
  })
}

async function dropRow(file: string, text: string): Promise<string> {
  const { version, key, value } = parseRow(text)
  return onDatabase(file, async kysely => {
    const { numDeletedRows } = await kysely
      .deleteFrom('datastore_version_metadata')
      .where('datastore_version_id', '=', await versionId(kysely, version))
      .where('key', '=', key)
      .where('value', '=', value)
      .executeTakeFirst()
    if (numDeletedRows !== 1n) throw new Error(`there is no row ${text}`)
    return ''
  })
}

function parseRow(text: string) {
  const [version = '', key = '', value = '', deleted = '0', deletedAt = 'NULL', updatedAt = 'NULL'] = text.split(' | ')
  return { version, key, value: JSON.parse(value) as string, deleted, deletedAt, updatedAt }
}

async function versionId(kysely: Kysely, version: string): Promise<string> {
  const found = (await versionsNamed(kysely).execute()).find(row => nameOf(row) === version)
  if (!found) throw new Error(`there is no version '${version}'`)
  return found.id
}
