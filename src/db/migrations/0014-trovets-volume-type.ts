import type { AddedColumn } from './add-column.ts'

/** Trove's tables have no column for the volume type: Trove passes it to Cinder and does not keep it. */
export const volumeType: AddedColumn = {
  table: 'trovets_instances',
  column: 'volume_type',
  type: 'varchar(255)',
}
