import type { Catalogue } from '../../flavor-catalogue/catalogue.ts'
import type { VolumeTypeSource } from '../../ports/volume-type-source.ts'

/** The volume types of a catalogue file, as it is at the time of asking. */
export const openVolumeTypeFile = (catalogue: Catalogue): VolumeTypeSource => ({
  list: async () => (await catalogue.read()).volumeTypes,
})
