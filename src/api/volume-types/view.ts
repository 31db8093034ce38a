import type { VolumeType } from '../../model/volume-type.ts'
import type { View } from '../route.ts'
import type { replies, volumeType } from './schemas.ts'

/** Cinder's fields, as Trove passes them on (trove@4cdc0cd volume_type/views.py). */
export const volumeTypeView = ({ id, name, isPublic, description }: VolumeType): View<typeof volumeType> => ({
  id,
  name,
  is_public: isPublic,
  description,
})

export const volumeTypesView = (types: readonly VolumeType[]): View<typeof replies.volumeTypes> => ({
  volume_types: types.map(volumeTypeView),
})
