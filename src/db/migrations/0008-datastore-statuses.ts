import type { TableShape } from './create-table.ts'

export const serviceStatuses: TableShape = {
  name: 'service_statuses',
  columns: {
    id: 'varchar(36) not null',
    instance_id: 'varchar(36) not null',
    status_id: 'integer not null',
    status_description: 'varchar(64) not null',
    updated_at: 'datetime',
  },
  primaryKey: 'id',
  indexes: { service_statuses_instance_id: ['instance_id'] },
}
