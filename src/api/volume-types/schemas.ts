import { Type } from 'typebox'
import { orNull } from '../schema-parts.ts'

export const volumeType = Type.Object({
  id: Type.String(),
  name: Type.String(),
  is_public: Type.Boolean(),
  description: orNull(Type.String()),
})

export const replies = {
  volumeTypes: Type.Object({ volume_types: Type.Array(volumeType) }),
  volumeType: Type.Object({ volume_type: volumeType }),
}
