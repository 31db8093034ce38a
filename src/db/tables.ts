/**
 * Rows as they stand in the database. Trove's tables have Trove's columns; ours carry the prefix `trovets_`.
 * Datetimes are naive UTC text in whole seconds ('2026-11-23 06:25:14'); flags are 0/1 or false/true, by engine.
 */
export type Flag = number | boolean

export type Tables = {
  datastores: {
    id: string
    name: string | null
    default_version_id: string | null
  }
  datastore_versions: {
    id: string
    datastore_id: string | null
    name: string | null
    image_id: string | null
    packages: string | null
    active: Flag
    manager: string | null
    image_tags: string | null
    version: string | null
    registry_ext: string | null
    repl_strategy: string | null
  }
  datastore_version_metadata: {
    id: string
    datastore_version_id: string | null
    key: string
    value: string | null
    created: string
    deleted: Flag
    deleted_at: string | null
    updated_at: string | null
  }
  configurations: { id: string; datastore_version_id: string; deleted: Flag }
  instances: {
    id: string
    flavor_id: string | null
    tenant_id: string | null
    deleted: Flag | null
    datastore_version_id: string | null
  }
  trovets_policy_events: {
    id: string
    created: string
    actor: string
    request_id: string | null
    datastore_version_id: string
    action: string
    key: string
    value: string
  }
}
