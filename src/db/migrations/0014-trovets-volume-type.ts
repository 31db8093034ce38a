import type { AddedColumn } from './add-column.ts'

/** Trove has no place for the type of a volume: it hands it to Cinder and forgets it. */
export const volumeType: AddedColumn = {
  table: 'trovets_instances',
  column: 'volume_type',
  type: 'varchar(255)',
}
