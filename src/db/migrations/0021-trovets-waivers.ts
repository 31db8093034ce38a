import type { TableShape } from './create-table.ts'

/**
 * Waivers of the flavor policy. No foreign keys: Trove deletes datastores, versions and instances itself. Rows are kept, as a
 * record of what was waived.
 */
export const waivers: TableShape = {
  name: 'trovets_waivers',
  columns: {
    id: 'varchar(36) not null',
    created: 'datetime not null',
    author: 'varchar(255) not null',
    project_id: 'varchar(36) not null',
    instance_id: 'varchar(36)',
    datastore_id: 'varchar(36) not null',
    datastore_version_id: 'varchar(36)',
    /** One code or requirement per line; null for every reason. */
    only_reasons: 'text',
    until: 'datetime not null',
    reason: 'varchar(255) not null',
    ended: 'datetime',
    ended_by: 'varchar(255)',
  },
  primaryKey: 'id',
  indexes: {
    trovets_waivers_project: ['project_id', 'until'],
    trovets_waivers_until: ['until'],
  },
}
