import type { TableShape } from './create-table.ts'

/** The table of Trove's current release. Trove 18.0 does not have `registry_ext` and `repl_strategy` yet. */
export const datastoreVersions: TableShape = {
  name: 'datastore_versions',
  columns: {
    id: 'varchar(36) not null',
    datastore_id: 'varchar(36)',
    name: 'varchar(255)',
    image_id: 'varchar(36)',
    packages: 'varchar(511)',
    active: 'flag not null',
    manager: 'varchar(255)',
    image_tags: 'varchar(255)',
    version: 'varchar(255)',
    registry_ext: 'varchar(255)',
    repl_strategy: 'varchar(255)',
  },
  primaryKey: 'id',
  unique: [{ name: 'ds_versions', columns: ['datastore_id', 'name', 'version'] }],
  foreignKeys: [{ column: 'datastore_id', references: 'datastores' }],
  flagChecks: ['active'],
}
