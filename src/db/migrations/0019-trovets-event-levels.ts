import type { AddedColumn } from './add-column.ts'

/** What an event says about a level: the one that was set, and the one before. */
export const eventLevels: readonly AddedColumn[] = ['level', 'level_before'].map(column => ({
  table: 'trovets_policy_events',
  column,
  type: 'varchar(16)',
}))
