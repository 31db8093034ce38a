import type { IntentRow } from './stores/intent-columns.ts'

/**
 * The rows of the database. Trove's tables have Trove's columns; our own tables have the prefix `trovets_`.
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
    created: string | null
    updated: string | null
    name: string | null
    hostname: string | null
    compute_instance_id: string | null
    task_id: number | null
    task_description: string | null
    task_start_time: string | null
    volume_id: string | null
    flavor_id: string | null
    volume_size: number | null
    tenant_id: string | null
    server_status: string | null
    deleted: Flag | null
    deleted_at: string | null
    datastore_version_id: string | null
    configuration_id: string | null
    slave_of_id: string | null
    cluster_id: string | null
    shard_id: string | null
    region_id: string | null
    access: string | null
  }
  clusters: {
    id: string
    created: string
    updated: string
    name: string
    task_id: number
    tenant_id: string
    datastore_version_id: string
    deleted: Flag | null
    deleted_at: string | null
    configuration_id: string | null
  }
  service_statuses: {
    id: string
    instance_id: string
    status_id: number
    status_description: string
    updated_at: string | null
  }
  instance_faults: {
    id: string
    instance_id: string
    message: string
    details: string
    created: string
    updated: string
    deleted: Flag
    deleted_at: string | null
  }
  quotas: {
    id: string
    created: string | null
    updated: string | null
    tenant_id: string | null
    resource: string
    hard_limit: number | null
  }
  root_enabled_history: { id: string; user: string | null; created: string | null }
  trovets_instances: IntentRow
  trovets_projects: { project_id: string }
  trovets_policy_events: {
    id: string
    created: string
    actor: string
    request_id: string | null
    datastore_version_id: string
    action: string
    key: string
    value: string
    level: string | null
    level_before: string | null
    datastore_id: string | null
    undoes: string | null
    own_level_before: string | null
    value_before: string | null
    flavor_name: string | null
  }
  trovets_rules: {
    id: string
    created: string
    datastore_id: string | null
    datastore_version_id: string | null
    key: string
    value: string
    level: string
  }
  trovets_waivers: {
    id: string
    created: string
    author: string
    project_id: string
    instance_id: string | null
    datastore_id: string
    datastore_version_id: string | null
    only_reasons: string | null
    until: string
    reason: string
    ended: string | null
    ended_by: string | null
  }
  trovets_admissions: {
    id: string
    decision_id: string
    asked_by: string | null
    created: string
    operation: string
    project_id: string
    user_id: string | null
    instance_id: string | null
    cluster_id: string | null
    datastore_version_id: string
    flavor_id: string
    from_version_id: string | null
    from_flavor_id: string | null
    outcome: string
    reason: string | null
    status: number | null
  }
}
