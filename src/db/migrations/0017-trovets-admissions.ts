import type { TableShape } from './create-table.ts'

/** No foreign keys: Trove creates and purges its rows of instances and clusters itself. */
export const admissions: TableShape = {
  name: 'trovets_admissions',
  columns: {
    id: 'varchar(36) not null',
    decision_id: 'varchar(64) not null',
    asked_by: 'varchar(255)',
    created: 'datetime not null',
    operation: 'varchar(32) not null',
    project_id: 'varchar(255) not null',
    user_id: 'varchar(255)',
    instance_id: 'varchar(36)',
    cluster_id: 'varchar(36)',
    datastore_version_id: 'varchar(36) not null',
    flavor_id: 'varchar(255) not null',
    from_version_id: 'varchar(36)',
    from_flavor_id: 'varchar(255)',
    outcome: 'varchar(32) not null',
    reason: 'varchar(255)',
    status: 'integer',
  },
  primaryKey: 'id',
  indexes: {
    trovets_admissions_decision: ['decision_id'],
    trovets_admissions_instance: ['instance_id'],
    trovets_admissions_cluster: ['cluster_id'],
  },
}
