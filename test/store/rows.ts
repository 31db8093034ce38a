import type { Database } from '../../src/db/database.ts'
import type { DatastoreVersion } from '../../src/model/datastore-version.ts'
import type { PolicyEvent } from '../../src/model/policy-event.ts'
import type { VersionMetadata } from '../../src/model/version-metadata.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { versionWith } from '../fixtures/datastore-version.ts'
import { metadataRow } from '../fixtures/metadata-row.ts'
import { newId } from './clock.ts'

export const noon = new Date('2026-11-23T12:00:00Z')
export const later = new Date('2026-11-23T12:00:07Z')

export type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

export async function addDatastore({ datastores }: Writable, name: string) {
  const datastore = { id: newId(), name, defaultVersionId: null }
  await datastores.insert(datastore)
  return datastore
}

export const versionOf = (datastoreId: string, name: string, more: Partial<DatastoreVersion> = {}): DatastoreVersion =>
  versionWith({ id: newId(), datastoreId, name, ...more })

/** A version of a datastore of its own. */
export async function addVersion(stores: Writable, more: Partial<DatastoreVersion> = {}) {
  const datastore = await addDatastore(stores, `mysql ${newId()}`)
  const version = versionOf(datastore.id, '8.4', more)
  await stores.versions.insert(version)
  return version
}

export const metadataOf = (versionId: string, value: string, more: Partial<VersionMetadata> = {}): VersionMetadata =>
  metadataRow('flavor', value, { id: newId(), versionId, created: noon, ...more })

export const eventOf = (versionId: string, value: string, more: Partial<PolicyEvent> = {}): PolicyEvent => ({
  id: newId(),
  created: noon,
  actor: 'cli:ada',
  requestId: null,
  versionId,
  action: 'added',
  key: 'flavor',
  value,
  ...more,
})

export const values = (rows: readonly { value: string }[]) => rows.map(row => row.value)

/** Every row of every table that the stores write, so that "nothing happened" can be seen. */
export async function everything({ kysely }: Database) {
  const tables = [
    'datastores',
    'datastore_versions',
    'datastore_version_metadata',
    'trovets_policy_events',
    'trovets_waivers',
  ] as const
  return Promise.all(tables.map(table => kysely.selectFrom(table).selectAll().orderBy('id').execute()))
}
