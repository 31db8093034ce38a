import type { TableShape } from './create-table.ts'

/** Needed because `instances` has a foreign key to it. */
export const configurations: TableShape = {
  name: 'configurations',
  columns: {
    id: 'varchar(36) not null',
    name: 'varchar(64) not null',
    description: 'varchar(256)',
    tenant_id: 'varchar(36) not null',
    datastore_version_id: 'varchar(36) not null',
    deleted: 'flag not null',
    deleted_at: 'datetime',
    created: 'datetime',
    updated: 'datetime',
  },
  primaryKey: 'id',
  flagChecks: ['deleted'],
}
