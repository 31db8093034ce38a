import type { GateAdmission, VersionAndFlavor } from '../model/gate-admission.ts'
import type { DatastoreVersionId, InstanceId, ProjectId } from '../model/ids.ts'

/** A live instance that another Trove manages. */
export type GuardedInstance = VersionAndFlavor &
  Readonly<{
    id: InstanceId
    projectId: ProjectId
    clusterId: string | null
    /** Null if Trove has not stored it. */
    created: Date | null
    updated: Date | null
  }>

export type AdmissionResult = Readonly<{ status: number; instanceId: InstanceId | null; clusterId: string | null }>

/** What the gate admitted: for each instance as much as the compliance scan needs. */
export interface AdmissionStore {
  /** Since when admissions are recorded, even if the first are no longer needed; undefined if none ever was. */
  beginning(): Promise<Date | undefined>
  /** Sets the beginning, unless it is known. Call it before `append`, and not in a transaction. */
  begin(now: Date): Promise<void>
  append(admissions: readonly GateAdmission[]): Promise<void>
  ofDecision(decisionId: string): Promise<GateAdmission[]>
  ofInstances(ids: readonly InstanceId[]): Promise<GateAdmission[]>
  /** Saves Trove's response to the request of a decision. The ids are those of what it creates. */
  settle(decisionId: string, result: AdmissionResult): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  /** Removes admissions before a time for instances and clusters that no longer exist. */
  removeOfDeleted(before: Date): Promise<void>
  /**
   * Reads the instances that are not simply as they were admitted after a check: of those with an admission, and of those
   * created since the beginning. Also returns all admissions that can explain them. The number of queries is constant.
   */
  unexplained(filter: {
    beganAt: Date
    versionIds?: readonly DatastoreVersionId[] | undefined
    projectId?: ProjectId | undefined
  }): Promise<{ instances: GuardedInstance[]; admissions: GateAdmission[] }>
}
