import type { ServiceStatusName } from './datastore-status.ts'
import type { Hardware } from './hardware.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from './ids.ts'
import type { Isolation } from './isolation.ts'
import type { Address } from './observation.ts'

/** A database server, as Trove's tables describe it, with our intent where it is one of ours. */
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
  /** What the tenant said about who may reach it. */
  access: object | null
  /** One of `tasks`. */
  taskId: number
  taskDescription: string | null
  /** ACTIVE, BUILD, ERROR …: how its machine is. */
  serverStatus: string | null
  /** How its database server is. */
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

/** A size of an instance: the flavor, and the facts of it that a server is configured by. */
export type Size = Readonly<{ flavorId: FlavorId }> & Hardware

/** What should be of an instance of ours, and what the worker last saw of it. */
export type Intent = Readonly<{
  /** What it is made from, and the manager of that. */
  imageId: string
  manager: string
  /** What is being done; `keep` when nothing is, apart from keeping it alive. */
  action: Action
  /** Counts the changes of intent, so that who works on an older one notices. */
  generation: number
  wanted: Size
  wantedVolumeGb: number
  /** Name of the type that its volume is made of; null: of the default type of whoever makes it. */
  volumeType: string | null
  /** The size to go back to when the wanted one cannot be had; undefined unless it is being resized. */
  from: Size | undefined
  /** The process that has to be gone for a restart to be done. */
  restartOf: string | null
  /** Whose machine it is on; null until it has a place. */
  place: string | null
  /** As last seen. */
  process: string | null
  address: Address | undefined
  /** Sealed; for nobody but the worker and the calls that manage databases and users. */
  adminPassword: string
  /** Sealed: databases and users to make once the server runs; null when there are none left. */
  preparation: string | null
  claim: Claim | undefined
  /** When the worker should look again, in ms since the epoch; null when it should not. */
  nextAtMs: number | null
  /** Failures in a row of what is being done. */
  failures: number
  /** What it took on the disk when that was last measured; undefined as long as it was not. */
  use: DiskUse | undefined
  /** Bytes of its write-ahead log, measured at the same time; null when it has none or was not measured. */
  walBytes: number | null
  /** What keeps it apart since its last start; undefined as long as it was not started. */
  isolation: Isolation | undefined
  /** Up to which change of what tenants may do inside (`securingVersion`) its server was secured; null: not at all. */
  secured: number | null
  /** Sealed: what the administrator's password is to become; null when it is to stay. */
  nextAdminPassword: string | null
}>

export type DiskUse = Readonly<{ bytes: number; atMs: number }>

/** Who works on an instance; past its end, anybody else may. */
export type Claim = Readonly<{ by: string; untilMs: number }>

/** Why an instance is not what it should be, for its owner; details are for admins. */
export type InstanceFault = Readonly<{ message: string; details: string; created: Date }>

/** What a create wants inside the instance once it runs. */
export type Preparation = Readonly<{
  databases: readonly { name: string; characterSet?: string | undefined; collate?: string | undefined }[]
  users: readonly { name: string; password: string; databases: readonly string[] }[]
}>
