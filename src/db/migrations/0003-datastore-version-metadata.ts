import type { TableShape } from './create-table.ts'

export const datastoreVersionMetadata: TableShape = {
  name: 'datastore_version_metadata',
  columns: {
    id: 'varchar(36) not null',
    datastore_version_id: 'varchar(36)',
    key: 'varchar(128) not null',
    value: 'varchar(128)',
    created: 'datetime not null',
    deleted: 'flag not null',
    deleted_at: 'datetime',
    updated_at: 'datetime',
  },
  primaryKey: 'id',
  unique: [
    {
      name: 'UQ_datastore_version_metadata_datastore_version_id_key_value',
      columns: ['datastore_version_id', 'key', 'value'],
    },
  ],
  foreignKeys: [{ column: 'datastore_version_id', references: 'datastore_versions', onDelete: 'cascade' }],
  flagChecks: ['deleted'],
}
