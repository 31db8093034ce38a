import type { Kysely } from 'kysely'
import type { Stores } from '../../ports/stores.ts'
import { type Database, inTransaction } from '../database.ts'
import type { Tables } from '../tables.ts'
import { datastoreVersionStore } from './datastore-versions.ts'
import { datastoreStore } from './datastores.ts'
import { instanceStore } from './instances.ts'
import { versionColumns } from './newer-columns.ts'
import { policyEventStore } from './policy-events.ts'
import { quotaStore } from './quotas.ts'
import { versionMetadataStore } from './version-metadata.ts'

/** Everything that operations read and write, on one database. */
export function openStores(database: Database): Stores {
  const columns = versionColumns()
  const on = (db: Kysely<Tables>) => ({
    datastores: datastoreStore(db, database.dialect),
    versions: datastoreVersionStore(db, database.dialect, columns),
    metadata: versionMetadataStore(db, database.dialect),
    events: policyEventStore(db),
    instances: instanceStore(db, database.dialect),
    quotas: quotaStore(db, database.dialect),
  })
  return {
    ...on(database.kysely),
    transaction: work => inTransaction(database, transaction => work(on(transaction))),
  }
}
