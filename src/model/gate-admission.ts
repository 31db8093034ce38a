import type { GateOperation } from './gate-operation.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from './ids.ts'

/** How a request was admitted. `unchecked`: a service was unavailable. `bypassed`: an admin bypassed the refusal. */
export type AdmittedHow = 'admitted' | 'warned' | 'unchecked' | 'bypassed'

/** A flavor on a datastore version. */
export type VersionAndFlavor = Readonly<{ versionId: DatastoreVersionId; flavorId: FlavorId }>

/** A flavor on a version that the gate admitted for an instance, or for some member of a cluster. */
export type GateAdmission = VersionAndFlavor &
  Readonly<{
    /** Later admissions have greater ids. */
    id: string
    /** One decision admits several flavors if the request asks for several servers. */
    decisionId: string
    /** The user who asked for the decision on behalf of others; null if the gate passed the request on itself. */
    askedBy: string | null
    created: Date
    operation: GateOperation
    projectId: ProjectId
    /** Null if the service that knows the user was unavailable. */
    userId: string | null
    /** Null for a new instance until Trove has answered, and for members of a cluster. */
    instanceId: InstanceId | null
    clusterId: string | null
    /** The version and flavor before the change; null for a new instance. */
    from: VersionAndFlavor | null
    how: AdmittedHow
    /** Why the refusal was bypassed. */
    reason: string | null
    /** The status of Trove's response; null until it is known. */
    status: number | null
  }>
