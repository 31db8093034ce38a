import type { TableShape } from './create-table.ts'

export const quotas: TableShape = {
  name: 'quotas',
  columns: {
    id: 'varchar(36) not null',
    created: 'datetime',
    updated: 'datetime',
    tenant_id: 'varchar(36)',
    resource: 'varchar(255) not null',
    hard_limit: 'integer',
  },
  primaryKey: 'id',
  unique: [{ name: '', columns: ['tenant_id', 'resource'] }],
}
