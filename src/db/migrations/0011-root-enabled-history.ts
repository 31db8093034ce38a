import type { TableShape } from './create-table.ts'

export const rootEnabledHistory: TableShape = {
  name: 'root_enabled_history',
  columns: { id: 'varchar(36) not null', user: 'varchar(255)', created: 'datetime' },
  primaryKey: 'id',
}
