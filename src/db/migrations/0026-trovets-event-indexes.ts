import type { AddedIndex } from './add-index.ts'

/** A page of the history of one datastore, or of one author, must not read the history of the others. */
export const eventIndexes: readonly AddedIndex[] = [
  { table: 'trovets_policy_events', index: 'trovets_policy_events_datastore', columns: ['datastore_id', 'id'] },
  { table: 'trovets_policy_events', index: 'trovets_policy_events_actor', columns: ['actor', 'id'] },
]
