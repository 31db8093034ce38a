import type { VolumeType } from '../model/volume-type.ts'

/** Volume types, with their age in seconds if the source is away; undefined if they are current. */
export type KnownVolumeTypes = Readonly<{ volumeTypes: readonly VolumeType[]; staleSeconds: number | undefined }>

/** A source of volume types: the flavors file, or Cinder. */
export interface VolumeTypeSource {
  /**
   * Lists the volume types for all projects, sorted by name. At most one of them is the default. Throws a Fault of status
   * 503 if the source is away.
   */
  list(): Promise<readonly VolumeType[]>
  /**
   * Lists volume types for requests that only read: while the source is away, returns the last known ones for a limited
   * time. Missing for a source that is always available.
   */
  lastKnown?(): Promise<KnownVolumeTypes>
}
