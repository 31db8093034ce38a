import type { VolumeType } from '../model/volume-type.ts'

/** Where volume types come from: a catalogue file, Cinder. */
export interface VolumeTypeSource {
  /** Every volume type there is, for every project, by name ascending; at most one of them is the default. */
  list(): Promise<readonly VolumeType[]>
}
