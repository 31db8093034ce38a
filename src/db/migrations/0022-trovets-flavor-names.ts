import type { AddedColumn } from './add-column.ts'

/** The name that the flavor of an association had when the event was recorded. */
export const eventFlavorName: AddedColumn = {
  table: 'trovets_policy_events',
  column: 'flavor_name',
  type: 'varchar(255)',
}
