/**
 * The current volume types of a flavors file. A source only lists types; which of them
 * a datastore version allows is decided in `src/rules/allowed/volume-type/`. On this machine a type has no effect on
 * the disk that is used.
 */

import type { Catalogue } from '../../flavor-catalogue/catalogue.ts'
import type { VolumeTypeSource } from '../../ports/volume-type-source.ts'

export const openVolumeTypeFile = (catalogue: Catalogue): VolumeTypeSource => ({
  list: async () => (await catalogue.read()).volumeTypes,
})
