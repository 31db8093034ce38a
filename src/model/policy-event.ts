import type { DatastoreId, DatastoreVersionId } from './ids.ts'
import type { Level } from './level.ts'

/** What the name of a user of the operating system follows in an author. */
export const cliPrefix = 'cli:'

/** The author of a change: a user id for the API, `cli:<os user>` for the command line. */
export type Actor = Readonly<{ id: string; requestId: string | null }>

/**
 * The kinds of changes that are recorded: to what a version allows, and to whether it is active. `bypassed` changes
 * nothing: an admin passed a refusal of the gate.
 */
export const policyActions = [
  'added',
  'deleted',
  'version_deleted',
  'set',
  'switched_off',
  'switched_on',
  'level_set',
  'bypassed',
  'waiver_added',
  'waiver_shortened',
  'waiver_ended',
] as const

export type PolicyAction = (typeof policyActions)[number]

/**
 * A change of what a datastore version allows, or of whether it is active, or of the rules of a datastore. Recorded
 * together with the change, and never altered.
 */
export type PolicyEvent = Readonly<{
  id: string
  created: Date
  actor: string
  requestId: string | null
  /** Null: the rules of the datastore were changed. */
  versionId: DatastoreVersionId | null
  /** Undefined for events of a version that were recorded before this column existed, and deleted with the version. */
  datastoreId?: DatastoreId | undefined
  action: PolicyAction
  key: string
  value: string
  /** With `level_set`: the level of the rule, and the one before; undefined: none of its own. */
  level?: Level | undefined
  levelBefore?: Level | undefined
  /** With an association: the name that its flavor had; undefined if it was unknown, or cannot be stored. */
  flavorName?: string | undefined
  /**
   * With `level_set` and `deleted` of a rule of a version: the level that it had of its own; null: none. Undefined for
   * events that were recorded before this column existed.
   */
  ownLevelBefore?: Level | null | undefined
  /** With `set`: the value before. Undefined for events that were recorded before this column existed. */
  valueBefore?: string | undefined
  /** The event that this change undid. */
  undoes?: string | undefined
}>

/** Selects events. Omitted fields do not limit them. */
export type PolicyEventFilter = Readonly<{
  datastoreId?: DatastoreId | undefined
  versionId?: DatastoreVersionId | undefined
  /** With `versionId`: also events about this datastore as a whole. */
  ownerId?: DatastoreId | undefined
  since?: Date | undefined
  /** Events by any of these. */
  actors?: readonly string[] | undefined
}>
