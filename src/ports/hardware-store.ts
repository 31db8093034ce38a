import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../model/ids.ts'
import type { Instance } from '../model/instance.ts'

/** The hardware that an instance has, whoever manages it. The texts are as stored: nothing says that they exist. */
export type InstanceHardware = Readonly<{
  id: InstanceId
  projectId: ProjectId
  versionId: DatastoreVersionId
  flavorId: FlavorId
  /** In GiB; null without a volume. */
  volumeSizeGb: number | null
  /** The name of the volume type; null if another Trove manages the instance: then only Cinder knows the type of the volume. */
  volumeType: string | null
  /** The id of the volume in Cinder; null without one. */
  volumeId: string | null
  clusterId: string | null
  /** The instance that this one is a replica of. */
  replicaOfId: InstanceId | null
  /** True if this service manages the instance, false if another Trove does. */
  isOurs: boolean
}> &
  Pick<Instance, 'taskId' | 'serverStatus' | 'serviceStatus'>

/** A cluster with the hardware of its members. */
export type ClusterHardware = Readonly<{
  id: string
  projectId: ProjectId
  versionId: DatastoreVersionId
  taskId: number
  /** Sorted by id. */
  members: readonly InstanceHardware[]
}>

/**
 * Reads from Trove's tables which hardware is in use. Writes nothing. Ids are compared as Trove's database does. A text that
 * the database cannot compare with an id throws: it must not pass for an unknown id.
 */
export interface HardwareStore {
  /** The hardware of a live instance. */
  ofInstance(id: InstanceId): Promise<InstanceHardware | undefined>
  /** A live cluster with its live members. */
  ofCluster(id: string): Promise<ClusterHardware | undefined>
}
