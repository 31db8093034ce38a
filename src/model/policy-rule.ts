import type { DatastoreId, DatastoreVersionId } from './ids.ts'
import type { Level, RuleSource } from './level.ts'
import type { VersionMetadata } from './version-metadata.ts'

/**
 * A row of `trovets_rules`: a rule of a datastore, or the level of the rule of a version that has the same key and value.
 */
export type PolicyRule = Readonly<{ key: string; value: string; level: Level; source: RuleSource }>

/** A rule of a datastore, which applies to all its versions, those to come included. */
export type DatastoreRule = Readonly<{
  id: string
  created: Date
  datastoreId: DatastoreId
  key: string
  value: string
  level: Level
}>

/** The level of a rule of a version, as stored. */
export type RuleLevel = Readonly<{
  id: string
  created: Date
  versionId: DatastoreVersionId
  key: string
  value: string
  level: Level
}>

/** A row that a policy is read from. Without `rule` it is one of `datastore_version_metadata`. */
export type PolicyRow = Pick<VersionMetadata, 'key' | 'value' | 'deleted'> &
  Readonly<{ rule?: Pick<PolicyRule, 'level' | 'source'> }>
