import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { MissingColumn, type Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'

type Writable = Pick<Stores, 'versions'>

/** Inserts a version. Refuses properties for which the tables of an older Trove have no column. */
export const insertVersion = ({ versions }: Writable, version: DatastoreVersion): Promise<void> =>
  versions.insert(version).catch(explain)

/** Updates a version, with the same refusal. */
export const updateVersion = ({ versions }: Writable, version: DatastoreVersion): Promise<void> =>
  versions.update(version).catch(explain)

/** Turns a missing column into a refusal. Other errors are thrown unchanged. */
function explain(cause: unknown): never {
  throw cause instanceof MissingColumn ? refusal.version_column_missing({ column: cause.column }) : cause
}
