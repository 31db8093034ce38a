import type { Horizon } from '../model/horizon.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../model/ids.ts'
import type { Instance, InstanceFault, Intent } from '../model/instance.ts'

/** Which instances, of one project or of all. */
export type InstanceFilter = Readonly<{
  projectId?: ProjectId | undefined
  /** Only deleted ones instead of only live ones. */
  deleted?: boolean
  /** Members of clusters, too. */
  clusteredToo?: boolean
}>

/** What a project has of everything that its quota counts, as far as the database knows. */
export type InstanceUse = Readonly<{
  instances: number
  volumesGb: number
  /** MiB of our own instances. */
  ramMb: number
  /** Flavor → how many instances of others are on it; how large they are, only the flavor says. */
  ofOthers: ReadonlyMap<FlavorId, number>
}>

/** The instances of a version that are on one flavor, ours and those of another Trove apart. */
export type FlavorGroup = Readonly<{ versionId: DatastoreVersionId; flavorId: FlavorId; ours: boolean }>

/** The columns of an instance that change while it lives. */
export type InstanceState = Pick<
  Instance,
  | 'taskId'
  | 'taskDescription'
  | 'serverStatus'
  | 'serviceStatus'
  | 'versionId'
  | 'flavorId'
  | 'volumeSizeGb'
  | 'deleted'
  | 'deletedAt'
>

export interface InstanceStore {
  /** How many instances of the version that are not deleted are on each flavor. */
  countByFlavor(versionId: DatastoreVersionId): Promise<Map<FlavorId, number>>
  /** Every group that has a live instance, members of clusters included; of some versions or one project, if given. */
  groups(filter: {
    versionIds?: readonly DatastoreVersionId[] | undefined
    projectId?: ProjectId | undefined
  }): Promise<(FlavorGroup & { count: number })[]>
  /** The live instances of these groups, by id ascending, after the id `after`. */
  ofGroups(
    groups: readonly FlavorGroup[],
    options: { projectId?: ProjectId | undefined; after?: InstanceId | undefined; limit: number },
  ): Promise<Instance[]>
  /** The first kind of thing that still uses the version: `instance`, `configuration`; undefined when none does. */
  userOfVersion(versionId: DatastoreVersionId): Promise<string | undefined>
  use(projectId: ProjectId): Promise<InstanceUse>
  /** How many live instances, of anybody, are in each state. */
  countByState(): Promise<(Pick<Instance, 'taskId' | 'serverStatus' | 'serviceStatus'> & { count: number })[]>
  /** What workers have before them: how many instances are due, how many claimed, and since when the oldest is due. */
  backlog(nowMs: number): Promise<{ waiting: number; claimed: number; oldestMs: number | undefined }>

  /**
   * Holds the sealing of secrets until the transaction ends. Whoever seals something and saves it does both after this, so
   * that after one more such hold everything that was sealed before can be seen.
   */
  lockSealing(): Promise<void>
  /** With its intent. */
  insert(instance: Instance): Promise<void>
  /** A live one, unless deleted ones are asked for, too. */
  byId(id: InstanceId, options?: { deletedToo: boolean }): Promise<Instance | undefined>
  /** A live one; ours is held against every other writer until the transaction ends. */
  lock(id: InstanceId): Promise<Instance | undefined>
  /** By id ascending, after the id `after`. */
  page(filter: InstanceFilter, after: InstanceId | undefined, limit: number): Promise<Instance[]>
  /** The names of live ones, of a project or of all, by id ascending. */
  names(projectId: ProjectId | undefined, limit: number): Promise<Pick<Instance, 'id' | 'name'>[]>
  rename(id: InstanceId, name: string, now: Date): Promise<void>
  saveState(id: InstanceId, state: InstanceState, now: Date): Promise<void>
  /** Undefined: the instance is nobody's business any more. */
  saveIntent(id: InstanceId, intent: Intent | undefined): Promise<void>

  /** Ours in this place, or in none yet, whose time has come and whom nobody seems to claim, most overdue first. */
  due(at: Horizon, place: string, limit: number): Promise<Instance[]>
  /** Ours in this place, or in none yet, that have a claim on them, whether it is over or not. */
  claimed(place: string): Promise<Instance[]>
  /** When the next one of them is due, or the next claim on one of them ends; undefined when none will be. */
  nextDueMs(place: string, nowMs: number): Promise<number | undefined>
  /** Makes everything in this place that has something running due at once. */
  makeDue(place: string, nowMs: number): Promise<void>

  faults(ids: readonly InstanceId[]): Promise<Map<InstanceId, InstanceFault>>
  /** Undefined: there is nothing to complain about any more. */
  saveFault(id: InstanceId, fault: InstanceFault | undefined, now: Date): Promise<void>

  rootEnabledAt(id: InstanceId): Promise<Date | undefined>
  markRootEnabled(id: InstanceId, userId: string, now: Date): Promise<void>
}

/** What projects may have where it is not what everybody may have. */
export interface QuotaStore {
  /** Resource → limit. */
  limits(projectId: ProjectId): Promise<Map<string, number>>
  set(id: string, projectId: ProjectId, resource: string, limit: number, now: Date): Promise<void>
  /** Holds a project against everybody else who wants to add to what it uses, until the transaction ends. */
  lock(projectId: ProjectId): Promise<void>
}
