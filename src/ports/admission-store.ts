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

/** What the gate admitted, as far as the compliance scan needs it. */
export interface AdmissionStore {
  /** When the first admission was recorded, even if it was removed since; undefined if there never was one. */
  beginning(): Promise<Date | undefined>
  /** Sets the beginning if it is not set. Call this before `append`, and not in a transaction. */
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
   * Returns the instances without a checked admission of their present version and flavor, among those that have an
   * admission or were created since the beginning. Also returns all admissions that can explain them. The number of
   * queries is constant.
   */
  unexplained(filter: {
    beganAt: Date
    versionIds?: readonly DatastoreVersionId[] | undefined
    projectId?: ProjectId | undefined
  }): Promise<{ instances: GuardedInstance[]; admissions: GateAdmission[] }>
}
