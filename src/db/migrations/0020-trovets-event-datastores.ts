import type { AddedColumn } from './add-column.ts'

/**
 * The datastore of an event: of the version that was changed, which may be deleted later, or whose own rules were changed.
 * An event about the rules of a datastore has '' for its version, since that column cannot be null.
 */
export const eventDatastore: AddedColumn = {
  table: 'trovets_policy_events',
  column: 'datastore_id',
  type: 'varchar(36)',
}
