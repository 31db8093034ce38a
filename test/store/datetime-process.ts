/**
 * Writes datetimes and reads them back, in the time zone of this process.
 * Usage: node datetime-process.ts DATABASE_URL VERSION_ID EPOCH_MS…
 */
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/database.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { newId } from './clock.ts'

const [url, versionId, ...epochs] = process.argv.slice(2)
const database = await openDatabase(url!, { poolSizeMax: 1, create: false })
const { metadata } = openStores(database)
const ids: string[] = []
for (const epoch of epochs) {
  const date = new Date(Number(epoch))
  const id = newId()
  ids.push(id)
  const row = { id, versionId: versionId!, key: 'flavor', value: id, deleted: true, updatedAt: date }
  await metadata.insert([{ ...row, created: date, deletedAt: date }])
}
const rows = await metadata.list(versionId!, ['flavor'], { deletedToo: true })
const texts = await sql<{ id: string; created: string; deleted_at: string; updated_at: string }>`
  select id, concat(created, '') as created, concat(deleted_at, '') as deleted_at, concat(updated_at, '') as updated_at
  from datastore_version_metadata`.execute(database.kysely)
const results = ids.map(id => {
  const { created, deletedAt, updatedAt } = rows.find(row => row.id === id)!
  const text = texts.rows.find(row => row.id === id)!
  return {
    dates: [created, deletedAt, updatedAt].map(date => date?.getTime()),
    texts: [text.created, text.deleted_at, text.updated_at],
  }
})
await database.close()
// 2026-01-15: winter, so that the offset shows which zone this process is in
console.log(JSON.stringify({ offsetMinutes: new Date(1768435200000).getTimezoneOffset(), results }))
