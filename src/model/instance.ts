import type { ServiceStatusName } from './datastore-status.ts'
import type { Hardware } from './hardware.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from './ids.ts'
import type { Isolation } from './isolation.ts'
import type { Address } from './observation.ts'

/**
 * An instance as Trove's tables describe it. Instances that this service manages also have an intent: what they should
 * become. The API only writes intents; the worker carries them out.
 */
export type Instance = Readonly<{
  id: InstanceId
  name: string
  created: Date
  updated: Date
  projectId: ProjectId
  versionId: DatastoreVersionId
  flavorId: FlavorId
  /** GiB; null where there is no volume. */
  volumeSizeGb: number | null
  regionId: string | null
  /** The network access that the tenant requested (`is_public`, `allowed_cidrs`). */
  access: object | null
  /** One of `tasks`. */
  taskId: number
  taskDescription: string | null
  /** The status of its machine: ACTIVE, BUILD, ERROR and so on. */
  serverStatus: string | null
  /** The status of its database server. */
  serviceStatus: ServiceStatusName
  serviceStatusUpdated: Date | null
  deleted: boolean
  deletedAt: Date | null
  hostname: string | null
  computeInstanceId: string | null
  volumeId: string | null
  configurationId: string | null
  replicaOfId: InstanceId | null
  clusterId: string | null
  shardId: string | null
  /** Undefined for an instance that another Trove manages. */
  intent: Intent | undefined
}>

export type Action = 'create' | 'restart' | 'resize' | 'resize_volume' | 'delete' | 'keep'

/** The size of an instance: the flavor, and the hardware that its server is configured for. */
export type Size = Readonly<{ flavorId: FlavorId }> & Hardware

/** The goal of an instance, and the worker's last observation of it. */
export type Intent = Readonly<{
  /** The image that it is created from, and the manager of that image. */
  imageId: string
  manager: string
  /** The action in progress; `keep` if the instance only has to be kept running. */
  action: Action
  /** Increased with each change of the intent, so that a worker notices when it works on an outdated one. */
  generation: number
  wanted: Size
  wantedVolumeGb: number
  /** Name of the volume type; null for the default type of the volume service. */
  volumeType: string | null
  /** The size to go back to if a resize fails; undefined unless a resize is in progress. */
  from: Size | undefined
  /** The process that must be gone for a restart to be complete. */
  restartOf: string | null
  /** The host of the instance; null until it has one. */
  place: string | null
  /** The process of its server when it was last observed. */
  process: string | null
  address: Address | undefined
  /** Encrypted. Only the worker and the calls that manage databases and users may use it. */
  adminPassword: string
  /** Encrypted: the databases and users to create when the server runs; null if there are none left. */
  preparation: string | null
  claim: Claim | undefined
  /** When the worker must check the instance again, in ms since the epoch; null if never. */
  nextAtMs: number | null
  /** Failures in a row of the present action. */
  failures: number
  /** The disk usage when it was last measured; undefined before the first measurement. */
  use: DiskUse | undefined
  /** The size of its write-ahead log in bytes, measured at the same time; null if it has none or was not measured. */
  walBytes: number | null
  /** The isolation of its processes since its last start; undefined before the first start. */
  isolation: Isolation | undefined
  /** The `securingVersion` with which its server was last secured; null if never. */
  secured: number | null
  /** Encrypted: the next password of the administrator; null if the password is not to change. */
  nextAdminPassword: string | null
}>

/** What a worker reads of an instance to check whether it is still healthy. */
export type CheckedInstance = Pick<Instance, 'id' | 'taskId' | 'serverStatus' | 'serviceStatus'> &
  Readonly<{ intent: Intent }>

/** What a worker measures for users. No decision depends on it. */
export type Measured = Partial<Pick<Intent, 'isolation' | 'use' | 'walBytes'>>

export type DiskUse = Readonly<{ bytes: number; atMs: number }>

/** The worker that works on an instance. After the end of the claim, another worker may take over. */
export type Claim = Readonly<{ by: string; untilMs: number }>

/** Why an instance does not reach its goal. The owner reads the message; only admins read the details. */
export type InstanceFault = Readonly<{ message: string; details: string; created: Date }>

/** The databases and users that a create request asks for; they are created when the instance runs. */
export type Preparation = Readonly<{
  databases: readonly { name: string; characterSet?: string | undefined; collate?: string | undefined }[]
  users: readonly { name: string; password: string; databases: readonly string[] }[]
}>
