import type { Datastore } from '../model/datastore.ts'
import type { DatastoreVersion } from '../model/datastore-version.ts'
import type { DatastoreId, DatastoreVersionId, FlavorId } from '../model/ids.ts'
import type { Level } from '../model/level.ts'
import type { PolicyEvent, PolicyEventFilter } from '../model/policy-event.ts'
import type { DatastoreRule, PolicyRow, RuleLevel } from '../model/policy-rule.ts'
import type { VersionMetadata } from '../model/version-metadata.ts'
import type { AdmissionStore } from './admission-store.ts'
import type { HardwareStore } from './hardware-store.ts'
import type { InstanceStore, QuotaStore } from './instance-store.ts'
import type { WaiverStore } from './waiver-store.ts'

/** Names match case-insensitively on every database engine, as on Trove's MySQL. */
export interface DatastoreStore {
  /** Sorted by name. */
  list(): Promise<Datastore[]>
  byId(id: DatastoreId): Promise<Datastore | undefined>
  /** Those that exist, unsorted. */
  byIds(ids: readonly DatastoreId[]): Promise<Datastore[]>
  byName(name: string): Promise<Datastore | undefined>
  /** Locks all datastores, and the creation of versions, against other writers until the transaction ends. */
  lockAll(): Promise<void>
  insert(datastore: Datastore): Promise<void>
  setDefaultVersion(id: DatastoreId, versionId: DatastoreVersionId | null): Promise<void>
  remove(id: DatastoreId): Promise<void>
}

export interface DatastoreVersionStore {
  /** Sorted by datastore, name and number; of all datastores if none is given. */
  list(datastoreId?: DatastoreId): Promise<DatastoreVersion[]>
  byId(id: DatastoreVersionId): Promise<DatastoreVersion | undefined>
  /** Those that exist, unsorted. */
  byIds(ids: readonly DatastoreVersionId[]): Promise<DatastoreVersion[]>
  byName(datastoreId: DatastoreId, name: string): Promise<DatastoreVersion[]>
  insert(version: DatastoreVersion): Promise<void>
  update(version: DatastoreVersion): Promise<void>
  /** Also removes its metadata rows. */
  remove(id: DatastoreVersionId): Promise<void>
  /** Locks the version against other writers until the transaction ends; undefined if it no longer exists. */
  lock(id: DatastoreVersionId): Promise<DatastoreVersion | undefined>
}

export interface VersionMetadataStore {
  /** The rows of one version with one of these keys, oldest first. Only live rows, unless `deletedToo` is set. */
  list(
    versionId: DatastoreVersionId,
    keys: readonly string[],
    options?: { deletedToo: boolean },
  ): Promise<VersionMetadata[]>
  /**
   * The columns of the live rows of one version that policies are read from, unsorted. Other requests continue while many
   * rows are read.
   *
   * @param filter.values only rows with one of these values; a database that ignores case or accents may return more
   * @param filter.limit the maximum number of rows
   */
  brief(
    versionId: DatastoreVersionId,
    filter: { keys: readonly string[]; values?: readonly string[]; limit?: number },
  ): Promise<Pick<VersionMetadata, 'key' | 'value' | 'deleted'>[]>
  /** The same columns of the live rows of several versions, without those of other keys; each as `brief` returns it. */
  briefOf(
    versionIds: readonly DatastoreVersionId[],
    keys: readonly string[],
  ): Promise<ReadonlyMap<DatastoreVersionId, Pick<VersionMetadata, 'key' | 'value' | 'deleted'>[]>>
  /**
   * The rows of some versions, or of all, with one of these keys, oldest first. Only live rows, unless `deletedToo` is
   * set.
   */
  listOf(
    versionIds: readonly DatastoreVersionId[] | undefined,
    keys: readonly string[],
    options?: { deletedToo: boolean },
  ): Promise<VersionMetadata[]>
  insert(rows: readonly VersionMetadata[]): Promise<void>
  /** Restores a deleted row with this value, which may differ from the stored one in case, accents or trailing blanks. */
  revive(id: string, value: string, now: Date): Promise<void>
  /** Restores deleted rows unchanged. */
  reviveAll(ids: readonly string[], now: Date): Promise<void>
  softDelete(ids: readonly string[], now: Date): Promise<void>
}

/** The rules of datastores, and the levels of the rules of versions. */
export interface PolicyRuleStore {
  /** Those that apply to a version. */
  ofVersion(versionId: DatastoreVersionId): Promise<PolicyRow[]>
  /** Those that apply to each of several versions. */
  ofVersions(
    versions: readonly Pick<DatastoreVersion, 'id' | 'datastoreId'>[],
  ): Promise<ReadonlyMap<DatastoreVersionId, readonly PolicyRow[]>>
  /** Makes this the only level of the rule. */
  replaceLevel(level: RuleLevel): Promise<void>
  removeLevel(level: Pick<RuleLevel, 'versionId' | 'key' | 'value'>): Promise<void>
  /** The rules of one datastore, or of all, oldest first. */
  ofDatastores(datastoreId?: DatastoreId): Promise<DatastoreRule[]>
  insert(rules: readonly DatastoreRule[]): Promise<void>
  setLevel(id: string, level: Level): Promise<void>
  remove(ids: readonly string[]): Promise<void>
}

/** Append-only: events cannot be changed or removed. */
export interface PolicyEventStore {
  /** Stores the datastore of each version with its events. */
  append(events: readonly PolicyEvent[]): Promise<void>
  /** Newest first. */
  list(versionId: DatastoreVersionId, keys: readonly string[]): Promise<PolicyEvent[]>
  /** Newest first: at most `limit` events, all of them older than the one with the id `before`. */
  page(filter: PolicyEventFilter, before: string | undefined, limit: number): Promise<PolicyEvent[]>
  /** The events with these ids, newest first. */
  byIds(ids: readonly string[]): Promise<PolicyEvent[]>
  /** The authors of events, at most `limit`. */
  actors(limit: number): Promise<string[]>
  /**
   * The later events with the same key of the same version, or of the same datastore for an event about its rules; newest
   * first. With a value only those with this one; a database that ignores case or accents may return more.
   */
  after(event: PolicyEvent, value?: string): Promise<PolicyEvent[]>
  /** The latest name that each of these flavors had in an association with each of these versions, as far as recorded. */
  flavorNames(
    versionIds: readonly DatastoreVersionId[],
    flavorIds: readonly FlavorId[],
  ): Promise<ReadonlyMap<DatastoreVersionId, ReadonlyMap<FlavorId, string>>>
}

export interface Stores {
  datastores: DatastoreStore
  versions: DatastoreVersionStore
  metadata: VersionMetadataStore
  rules: PolicyRuleStore
  waivers: WaiverStore
  events: PolicyEventStore
  instances: InstanceStore
  hardware: HardwareStore
  admissions: AdmissionStore
  quotas: QuotaStore
  /**
   * Returns a text that is another one after every committed change of any row, by any process. Missing if the database
   * cannot tell that without reading the rows.
   */
  changeStamp?: (() => Promise<string>) | undefined
  /**
   * Runs `work` in a transaction. `work` must only use stores, because it is repeated after a conflict with another
   * writer.
   */
  transaction<T>(work: (stores: StoresInside) => Promise<T>): Promise<T>
  /**
   * Opens stores that see everything as it is when the first of it is read, for what reads much. Other requests continue in
   * between. Waits while several are open. Must be closed.
   */
  openSnapshot(): Promise<Snapshot>
}

type StoresInside = Omit<Stores, 'transaction' | 'changeStamp' | 'openSnapshot'>

/** The stores of one moment. They only read. */
export type Snapshot = Readonly<{
  stores: StoresInside
  /** Lets other requests run if what is done with the rows has gone on for long. */
  giveWay(): Promise<void>
  close(): Promise<void>
}>

/** Thrown by a store after a violation of a UNIQUE key: another writer has inserted the same row in the meantime. */
export class DuplicateRow extends Error {}

/** Thrown by a store for a value whose column the tables of an older Trove lack. */
export class MissingColumn extends Error {
  readonly column: string

  constructor(column: string) {
    super(`there is no column ${column}`)
    this.column = column
  }
}
