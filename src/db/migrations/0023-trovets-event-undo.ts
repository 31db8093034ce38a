import type { AddedColumn } from './add-column.ts'

/**
 * The event that a change undid, and what undoing needs to know: the level that a rule of a version had of its own ('none':
 * no level), and the value before a change of `active`.
 */
export const eventUndo: readonly AddedColumn[] = [
  { table: 'trovets_policy_events', column: 'undoes', type: 'varchar(36)' },
  { table: 'trovets_policy_events', column: 'own_level_before', type: 'varchar(16)' },
  { table: 'trovets_policy_events', column: 'value_before', type: 'varchar(128)' },
]
