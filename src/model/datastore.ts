import type { DatastoreId, DatastoreVersionId } from './ids.ts'

/** A kind of database, such as mysql, postgresql or redis. */
export type Datastore = Readonly<{
  id: DatastoreId
  name: string
  defaultVersionId: DatastoreVersionId | null
}>
