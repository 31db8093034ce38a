import type { Datastore } from '../model/datastore.ts'
import type { DatastoreVersion } from '../model/datastore-version.ts'
import type { DatastoreId, DatastoreVersionId } from '../model/ids.ts'
import type { PolicyEvent } from '../model/policy-event.ts'
import type { VersionMetadata } from '../model/version-metadata.ts'
import type { InstanceStore, QuotaStore } from './instance-store.ts'

/** Names match case-insensitively on every engine, as on Trove's MySQL. */
export interface DatastoreStore {
  /** By name, ascending. */
  list(): Promise<Datastore[]>
  byId(id: DatastoreId): Promise<Datastore | undefined>
  byName(name: string): Promise<Datastore | undefined>
  /** Holds datastores and the making of versions against every other such writer until the transaction ends. */
  lockAll(): Promise<void>
  insert(datastore: Datastore): Promise<void>
  setDefaultVersion(id: DatastoreId, versionId: DatastoreVersionId | null): Promise<void>
  remove(id: DatastoreId): Promise<void>
}

export interface DatastoreVersionStore {
  /** By datastore, name and number, ascending; all datastores' when none is given. */
  list(datastoreId?: DatastoreId): Promise<DatastoreVersion[]>
  byId(id: DatastoreVersionId): Promise<DatastoreVersion | undefined>
  byName(datastoreId: DatastoreId, name: string): Promise<DatastoreVersion[]>
  insert(version: DatastoreVersion): Promise<void>
  update(version: DatastoreVersion): Promise<void>
  /** Its metadata rows go with it. */
  remove(id: DatastoreVersionId): Promise<void>
  /** Holds the version against every other writer until the transaction ends; undefined when it is gone. */
  lock(id: DatastoreVersionId): Promise<DatastoreVersion | undefined>
}

export interface VersionMetadataStore {
  /** The rows of one version that carry one of these keys, oldest first; live ones only unless asked otherwise. */
  list(
    versionId: DatastoreVersionId,
    keys: readonly string[],
    options?: { deletedToo: boolean },
  ): Promise<VersionMetadata[]>
  /**
   * As much of the live rows of one version as a policy is read from, in no order. Other requests go on while many are read.
   *
   * @param filter.values only rows with one of these; where the database folds texts, there may be others among them
   * @param filter.limit so many at most
   */
  brief(
    versionId: DatastoreVersionId,
    filter: { keys: readonly string[]; values?: readonly string[]; limit?: number },
  ): Promise<Pick<VersionMetadata, 'key' | 'value' | 'deleted'>[]>
  /** The rows of some versions, or of all, that carry one of these keys, oldest first; live ones only unless asked otherwise. */
  listOf(
    versionIds: readonly DatastoreVersionId[] | undefined,
    keys: readonly string[],
    options?: { deletedToo: boolean },
  ): Promise<VersionMetadata[]>
  insert(rows: readonly VersionMetadata[]): Promise<void>
  /** Makes a deleted row live again, as `value` (which may differ from the stored one in case, accents or end blanks). */
  revive(id: string, value: string, now: Date): Promise<void>
  /** Makes deleted rows live again, as they were. */
  reviveAll(ids: readonly string[], now: Date): Promise<void>
  softDelete(ids: readonly string[], now: Date): Promise<void>
}

/** Append-only: there is no way to alter or remove an event. */
export interface PolicyEventStore {
  append(events: readonly PolicyEvent[]): Promise<void>
  /** Newest first. */
  list(versionId: DatastoreVersionId, keys: readonly string[]): Promise<PolicyEvent[]>
}

export interface Stores {
  datastores: DatastoreStore
  versions: DatastoreVersionStore
  metadata: VersionMetadataStore
  events: PolicyEventStore
  instances: InstanceStore
  quotas: QuotaStore
  /** All of `work` or nothing; run again when the database gave way to another writer, so it must only touch stores. */
  transaction<T>(work: (stores: Omit<Stores, 'transaction'>) => Promise<T>): Promise<T>
}

/** Thrown by a store when a UNIQUE key stands in the way: somebody else wrote the same row in the meantime. */
export class DuplicateRow extends Error {}

/** Thrown by a store for a value that the tables of an older Trove have no column for. */
export class MissingColumn extends Error {
  readonly column: string

  constructor(column: string) {
    super(`there is no column ${column}`)
    this.column = column
  }
}
