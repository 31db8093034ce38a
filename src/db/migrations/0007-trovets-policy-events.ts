import type { TableShape } from './create-table.ts'

/** No foreign key, since the events of a version are kept after it is deleted. */
export const policyEvents: TableShape = {
  name: 'trovets_policy_events',
  columns: {
    id: 'varchar(36) not null',
    created: 'datetime not null',
    actor: 'varchar(255) not null',
    request_id: 'varchar(64)',
    datastore_version_id: 'varchar(36) not null',
    action: 'varchar(32) not null',
    key: 'varchar(128) not null',
    value: 'varchar(128) not null',
  },
  primaryKey: 'id',
  indexes: { trovets_policy_events_version: ['datastore_version_id', 'id'] },
}
