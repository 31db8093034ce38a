import type { DatastoreId, DatastoreVersionId, InstanceId, ProjectId } from '../model/ids.ts'
import type { Waiver } from '../model/waiver.ts'

/** Selects waivers. Omitted fields do not limit them. */
export type WaiverFilter = Readonly<{
  projectId?: ProjectId | undefined
  instanceId?: InstanceId | undefined
  /** Those for one of its versions, or for all of them. */
  datastoreId?: DatastoreId | undefined
  /** Those for this version alone. */
  versionId?: DatastoreVersionId | undefined
  /** Without those that were ended, or have expired before this time. */
  inForceAt?: Date | undefined
}>

/** Waivers are never removed: one that is over stays as a record. */
export interface WaiverStore {
  /**
   * Those in force for a project and a version: for the version or its whole datastore, and for the whole project or this
   * instance. A database that ignores case may return waivers of other projects.
   */
  ofSubject(subject: {
    projectId: ProjectId
    /** Undefined for a new instance. */
    instanceId: InstanceId | undefined
    versionId: DatastoreVersionId
    at: Date
  }): Promise<Waiver[]>
  /** All in force at this time, sorted by id. With `lock`, locked against other writers until the transaction ends. */
  inForce(at: Date, options?: { lock: boolean }): Promise<Waiver[]>
  /** Those with ids after `after`, sorted by id. */
  page(filter: WaiverFilter, after: string | undefined, limit: number): Promise<Waiver[]>
  byIds(ids: readonly string[]): Promise<Waiver[]>
  /** Returns a waiver, and locks it against other writers until the transaction ends. */
  lock(id: string): Promise<Waiver | undefined>
  insert(waivers: readonly Waiver[]): Promise<void>
  setUntil(id: string, until: Date): Promise<void>
  end(id: string, ended: Date, endedBy: string): Promise<void>
}
