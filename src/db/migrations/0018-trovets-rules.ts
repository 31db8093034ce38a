import type { TableShape } from './create-table.ts'

/**
 * Rules of datastores, and the levels of the rules of versions, which Trove's table has no column for. No foreign keys:
 * Trove deletes datastores and versions itself.
 */
export const rules: TableShape = {
  name: 'trovets_rules',
  columns: {
    id: 'varchar(36) not null',
    created: 'datetime not null',
    datastore_id: 'varchar(36)',
    datastore_version_id: 'varchar(36)',
    key: 'varchar(128) not null',
    value: 'varchar(128) not null',
    level: 'varchar(16) not null',
  },
  primaryKey: 'id',
  indexes: {
    trovets_rules_datastore: ['datastore_id'],
    trovets_rules_version: ['datastore_version_id'],
  },
}
