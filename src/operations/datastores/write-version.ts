import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { MissingColumn, type Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'

type Writable = Pick<Stores, 'versions'>

/** Inserts a version. Refuses what the tables of an older Trove have no column for. */
export const insertVersion = ({ versions }: Writable, version: DatastoreVersion): Promise<void> =>
  versions.insert(version).catch(explain)

/** The same for one that is there. */
export const updateVersion = ({ versions }: Writable, version: DatastoreVersion): Promise<void> =>
  versions.update(version).catch(explain)

/** Refuses a column that is missing; whatever else failed is thrown as it is. */
function explain(cause: unknown): never {
  throw cause instanceof MissingColumn ? refusal.version_column_missing({ column: cause.column }) : cause
}
