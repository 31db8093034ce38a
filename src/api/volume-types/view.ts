import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import type { VolumeTypeEffect } from '../../operations/volume-types/associate-volume-types.ts'
import type { View } from '../route.ts'
import type { effect, replies, volumeType } from './schemas.ts'

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

export const volumeTypeEffectView = ({
  became,
  typesAllowed,
  typesFellOut,
}: VolumeTypeEffect): View<typeof effect> => ({
  became: became ?? null,
  types_allowed: typesAllowed,
  types_fell_out: typesFellOut,
})

/** A volume type that no longer exists is shown as it was associated, by name or by id. */
export const volumeTypeAssociationsView = (
  associated: readonly string[],
  known: readonly VolumeType[],
): View<typeof replies.associations> => ({
  volume_type_ids: associated,
  restricted: associated.length > 0,
  volume_types: associated.map(nameOrId => {
    const type = volumeTypeNamed(known, nameOrId)
    return { id: type?.id ?? nameOrId, name: type?.name ?? null, exists: type !== undefined }
  }),
})
