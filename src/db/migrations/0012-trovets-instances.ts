import type { TableShape } from './create-table.ts'

/** No foreign key: Trove purges rows of `instances` itself, and our table must not prevent that. */
export const intents: TableShape = {
  name: 'trovets_instances',
  columns: {
    instance_id: 'varchar(36) not null',
    image_id: 'varchar(255) not null',
    manager: 'varchar(255) not null',
    action: 'varchar(32) not null',
    generation: 'integer not null',
    flavor_id: 'varchar(255) not null',
    vcpus: 'integer not null',
    ram_mb: 'integer not null',
    volume_size: 'integer not null',
    from_flavor_id: 'varchar(255)',
    from_vcpus: 'integer',
    from_ram_mb: 'integer',
    restart_of: 'varchar(64)',
    place: 'varchar(64)',
    process: 'varchar(64)',
    host: 'varchar(255)',
    port: 'integer',
    admin_password: 'text not null',
    preparation: 'text',
    claimed_by: 'varchar(128)',
    claimed_until: 'bigint',
    next_at: 'bigint',
    failures: 'integer not null',
  },
  primaryKey: 'instance_id',
  indexes: { trovets_instances_next: ['next_at'] },
}
