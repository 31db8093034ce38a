import type { VolumeType } from '../model/volume-type.ts'

/** A source of volume types: the flavors file, for example. */
export interface VolumeTypeSource {
  /** Lists the volume types for all projects, sorted by name. At most one of them is the default. */
  list(): Promise<readonly VolumeType[]>
}
