import type { Catalogue } from '../flavor-catalogue/catalogue.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { openVolumeTypeFile } from './file/source.ts'

type OpenVolumeTypeSource = (parts: { catalogue: Catalogue }) => VolumeTypeSource

/** Every place that volume types can come from, a folder each. */
export const volumeTypeSources: Readonly<Record<string, OpenVolumeTypeSource>> = {
  file: ({ catalogue }) => openVolumeTypeFile(catalogue),
}
