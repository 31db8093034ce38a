import type { DatastoreId, DatastoreVersionId, InstanceId, ProjectId } from './ids.ts'

/**
 * Permission for a project, or for one of its instances, to break the flavor policy of a datastore version, or of all
 * versions of a datastore, for a limited time.
 */
export type Waiver = Readonly<{
  id: string
  created: Date
  author: string
  projectId: ProjectId
  /** Null for all instances of the project, including new ones. */
  instanceId: InstanceId | null
  datastoreId: DatastoreId
  /** Null for all versions of the datastore, including new ones. */
  versionId: DatastoreVersionId | null
  /** What is waived: codes of reasons and requirements as stored. Empty for every reason. */
  only: readonly string[]
  /** The last second in which it is in force. */
  until: Date
  reason: string
  /** When and by whom it was ended early; null if it was not. */
  ended: Date | null
  endedBy: string | null
}>

/**
 * `no_match`: its datastore, version or instance no longer exists. `expired`: its time is over. `ended`: somebody ended it
 * before.
 */
export const waiverStates = ['in_force', 'no_match', 'expired', 'ended'] as const
export type WaiverState = (typeof waiverStates)[number]
