import type { TableShape } from './create-table.ts'

export const datastores: TableShape = {
  name: 'datastores',
  columns: { id: 'varchar(36) not null', name: 'varchar(255)', default_version_id: 'varchar(36)' },
  primaryKey: 'id',
  unique: [{ name: '', columns: ['name'] }],
}
