import type { AddedColumn } from './add-column.ts'

const column = (column: string, type: string): AddedColumn => ({ table: 'trovets_instances', column, type })

/** The worker's observations of an instance, and how far it has secured the instance. */
export const isolationColumns: readonly AddedColumn[] = [
  column('used_bytes', 'bigint'),
  column('used_at', 'bigint'),
  column('isolation', 'varchar(255)'),
  column('secured', 'integer'),
  column('next_admin_password', 'text'),
]
