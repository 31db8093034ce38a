import type { VolumeType } from '../../model/volume-type.ts'

/** Cinder's fields, as Trove passes them on (trove@4cdc0cd volume_type/views.py). */
export const volumeTypeView = ({ id, name, isPublic, description }: VolumeType) => ({
  id,
  name,
  is_public: isPublic,
  description,
})

export const volumeTypesView = (types: readonly VolumeType[]) => ({ volume_types: types.map(volumeTypeView) })
