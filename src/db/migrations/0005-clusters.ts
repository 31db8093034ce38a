import type { TableShape } from './create-table.ts'

/** Needed because `instances` has a foreign key to it. */
export const clusters: TableShape = {
  name: 'clusters',
  columns: {
    id: 'varchar(36) not null',
    created: 'datetime not null',
    updated: 'datetime not null',
    name: 'varchar(255) not null',
    task_id: 'integer not null',
    tenant_id: 'varchar(36) not null',
    datastore_version_id: 'varchar(36) not null',
    deleted: 'flag',
    deleted_at: 'datetime',
    configuration_id: 'varchar(36)',
  },
  primaryKey: 'id',
  foreignKeys: [
    { column: 'datastore_version_id', references: 'datastore_versions' },
    { column: 'configuration_id', references: 'configurations' },
  ],
  flagChecks: ['deleted'],
  indexes: { clusters_tenant_id: ['tenant_id'], clusters_deleted: ['deleted'] },
}
