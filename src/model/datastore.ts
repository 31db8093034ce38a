import type { DatastoreId, DatastoreVersionId } from './ids.ts'

/** A kind of database that is offered: mysql, postgresql, redis … */
export type Datastore = Readonly<{
  id: DatastoreId
  name: string
  defaultVersionId: DatastoreVersionId | null
}>
