import type { TableShape } from './create-table.ts'

export const instanceFaults: TableShape = {
  name: 'instance_faults',
  columns: {
    id: 'varchar(64) not null',
    instance_id: 'varchar(64) not null',
    message: 'varchar(255) not null',
    details: 'text not null',
    created: 'datetime not null',
    updated: 'datetime not null',
    deleted: 'flag not null',
    deleted_at: 'datetime',
  },
  primaryKey: 'id',
  foreignKeys: [{ column: 'instance_id', references: 'instances', onDelete: 'cascade', onUpdate: 'cascade' }],
  flagChecks: ['deleted'],
  indexes: { instance_id: ['instance_id'] },
}
