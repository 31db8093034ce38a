/**
 * The list of volume type sources. A source only lists types; which of them a project can use, and which a datastore version
 * allows, is decided in `src/rules/`. The configuration chooses the source, and `src/main/` opens it.
 */

import type { Catalogue } from '../flavor-catalogue/catalogue.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { openCinderVolumeTypes } from './cinder/source.ts'
import { openVolumeTypeFile } from './file/source.ts'

/** Every volume type source has a folder of the same name. */
export const volumeTypeSources = {
  file: ({ catalogue }: { catalogue: Catalogue }): VolumeTypeSource => openVolumeTypeFile(catalogue),
  cinder: openCinderVolumeTypes,
}

export type VolumeTypeSourceName = keyof typeof volumeTypeSources
