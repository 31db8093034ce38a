import type { Horizon } from '../model/horizon.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../model/ids.ts'
import type { CheckedInstance, Instance, InstanceFault, Intent, Measured } from '../model/instance.ts'

/** Selects instances of one project or of all. */
export type InstanceFilter = Readonly<{
  projectId?: ProjectId | undefined
  /** Part of the name, in any letter case. */
  nameHas?: string | undefined
  /** Those of these versions. */
  versionIds?: readonly DatastoreVersionId[] | undefined
  /** Deleted instances instead of live ones. */
  deleted?: boolean
  /** Also members of clusters. */
  clusteredToo?: boolean
}>

/** The usage of a project in everything that its quota limits, as far as the database knows it. */
export type InstanceUse = Readonly<{
  instances: number
  volumesGb: number
  /** Memory of our own instances in MiB. */
  ramMb: number
  /** Flavor → number of instances that another Trove manages. Their memory is only known from the flavor. */
  ofOthers: ReadonlyMap<FlavorId, number>
}>

/** The instances of a version on one flavor. Ours and those of another Trove are separate groups. */
export type FlavorGroup = Readonly<{ versionId: DatastoreVersionId; flavorId: FlavorId; ours: boolean }>

/** Flavors of a version, for whoever manages the instances on them. */
export type FlavorsOfVersion = Readonly<{ versionId: DatastoreVersionId; flavorIds: readonly FlavorId[] }>

/** What lists of instances on some flavors show. */
export type InstanceOnFlavor = Pick<Instance, 'id' | 'name' | 'projectId' | 'versionId' | 'flavorId'>

/** A position in a list that is sorted by project and id. */
export type InstancePosition = readonly [projectId: ProjectId, id: InstanceId]

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

/** The times that a worker changes whenever it works on an instance. Requests change them too, and the generation. */
export type WorkerMark = Readonly<{
  id: InstanceId
  place: string
  generation: number
  nextAtMs: number | null
  claimedUntilMs: number | null
}>

export interface InstanceStore {
  /** The number of live instances of the version on each flavor. */
  countByFlavor(versionId: DatastoreVersionId): Promise<Map<FlavorId, number>>
  /** Every group with a live instance, including members of clusters; optionally only of some versions or one project. */
  groups(filter: {
    versionIds?: readonly DatastoreVersionId[] | undefined
    projectId?: ProjectId | undefined
  }): Promise<(FlavorGroup & { count: number })[]>
  /** The same groups, separately for each of these projects; optionally only of some versions. */
  groupsOfProjects(
    projectIds: readonly ProjectId[],
    versionIds?: readonly DatastoreVersionId[],
  ): Promise<(FlavorGroup & { projectId: ProjectId; count: number })[]>
  /** The live instances of these groups with ids after `after`, sorted by id. */
  ofGroups(
    groups: readonly FlavorGroup[],
    options: { projectId?: ProjectId | undefined; after?: InstanceId | undefined; limit: number },
  ): Promise<Instance[]>
  /** The live instances on these flavors after a position, sorted by project and id. */
  onFlavors(
    flavors: readonly FlavorsOfVersion[],
    options: { after?: InstancePosition | undefined; limit: number },
  ): Promise<InstanceOnFlavor[]>
  /** The number of live instances on these flavors, and of their projects. */
  countOnFlavors(flavors: readonly FlavorsOfVersion[]): Promise<{ instanceCount: number; projectCount: number }>
  /** The first kind of object that still uses the version: `instance` or `configuration`; undefined if none does. */
  userOfVersion(versionId: DatastoreVersionId): Promise<string | undefined>
  use(projectId: ProjectId): Promise<InstanceUse>
  /** The number of live instances of all projects in each state. */
  countByState(): Promise<(Pick<Instance, 'taskId' | 'serverStatus' | 'serviceStatus'> & { count: number })[]>
  /** The work of the workers: the number of due and of claimed instances, and since when the oldest one is due. */
  backlog(nowMs: number): Promise<{ waiting: number; claimed: number; oldestMs: number | undefined }>

  /**
   * Locks the sealing of secrets until the transaction ends. Every operation that seals and saves a secret takes this
   * lock first. So the holder of the lock can read everything that was sealed before.
   */
  lockSealing(): Promise<void>
  /** Inserts the instance together with its intent. */
  insert(instance: Instance): Promise<void>
  /** Returns a live instance, or with `deletedToo` also a deleted one. */
  byId(id: InstanceId, options?: { deletedToo: boolean }): Promise<Instance | undefined>
  /** The live ones among these instances. */
  byIds(ids: readonly InstanceId[]): Promise<Instance[]>
  /** Returns a live instance. Locks it against other writers until the transaction ends, if it is ours. */
  lock(id: InstanceId): Promise<Instance | undefined>
  /** Instances with ids after `after`, sorted by id. */
  page(filter: InstanceFilter, after: InstanceId | undefined, limit: number): Promise<Instance[]>
  /** The names of live ones, of a project or of all, by id ascending. */
  names(projectId: ProjectId | undefined, limit: number): Promise<Pick<Instance, 'id' | 'name'>[]>
  rename(id: InstanceId, name: string, now: Date): Promise<void>
  saveState(id: InstanceId, state: InstanceState, now: Date): Promise<void>
  /** Undefined ends the work on the instance. */
  saveIntent(id: InstanceId, intent: Intent | undefined): Promise<void>

  /**
   * Our due instances in this place, or without a place, that appear to be unclaimed; the most overdue first. Due checks are
   * not among them.
   */
  due(at: Horizon, place: string, limit: number): Promise<Instance[]>
  /** Our instances in this place that are kept running, have not failed lately, and are due; the most overdue first. */
  dueChecks(place: string, nowMs: number, limit: number): Promise<InstanceId[]>
  /**
   * Takes due checks, by setting the time of the next one: other workers then get none of them. Must run in a transaction.
   *
   * @param ids not empty
   * @returns the instances whose check was still due
   */
  takeChecks(
    ids: readonly InstanceId[],
    options: { place: string; nowMs: number; nextMsOf: (id: InstanceId) => number },
  ): Promise<CheckedInstance[]>
  /** Saves what was measured, and is the same for all these instances. @param ids not empty */
  saveMeasured(ids: readonly InstanceId[], measured: Measured): Promise<void>
  /** The claims on our instances in this place, or without a place, including expired ones. */
  claimed(place: string): Promise<{ id: InstanceId; by: string }[]>
  /** When the next of these instances is due, or the next claim on one expires; undefined if there is no such time. */
  nextDueMs(place: string, nowMs: number): Promise<number | undefined>
  /** Makes every instance in this place with a running server due at once. */
  makeDue(place: string, nowMs: number): Promise<void>
  /** Which of these instances have a row, and whether it is that of a deleted instance. */
  deletedOf(ids: readonly InstanceId[]): Promise<Map<InstanceId, boolean>>
  /** What workers write about our instances in other places. */
  marksElsewhere(place: string): Promise<WorkerMark[]>
  /** Our live instances in this place. */
  ofPlace(place: string): Promise<Instance[]>

  faults(ids: readonly InstanceId[]): Promise<Map<InstanceId, InstanceFault>>
  /** Undefined removes the fault. */
  saveFault(id: InstanceId, fault: InstanceFault | undefined, now: Date): Promise<void>

  rootEnabledAt(id: InstanceId): Promise<Date | undefined>
  markRootEnabled(id: InstanceId, userId: string, now: Date): Promise<void>
}

/** The quotas of projects that differ from the default. */
export interface QuotaStore {
  /** Resource → limit. */
  limits(projectId: ProjectId): Promise<Map<string, number>>
  set(id: string, projectId: ProjectId, resource: string, limit: number, now: Date): Promise<void>
  /** Locks a project against other operations that increase its usage, until the transaction ends. */
  lock(projectId: ProjectId): Promise<void>
}
