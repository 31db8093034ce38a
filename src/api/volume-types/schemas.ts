import { Type } from 'typebox'
import { hasAlphanumeric, nonEmpty, orNull } from '../schema-parts.ts'

export const volumeType = Type.Object({
  id: Type.String(),
  name: Type.String(),
  is_public: Type.Boolean(),
  description: orNull(Type.String()),
})

export const associateVolumeTypes = Type.Object(
  {
    volume_type_ids: Type.Array(nonEmpty({ pattern: hasAlphanumeric }), {
      minItems: 1,
      uniqueItems: true,
      description: 'Names or ids of volume types. All are associated, or none.',
    }),
    check: Type.Optional(Type.Boolean({ description: 'Whether every volume type must exist. Default: true.' })),
  },
  { additionalProperties: false, examples: [{ volume_type_ids: ['fast-ssd'] }] },
)

export const replies = {
  associations: Type.Object({
    volume_type_ids: Type.Array(Type.String(), { description: 'Names and ids as they were associated.' }),
    restricted: Type.Boolean({ description: 'False if the version allows every volume type.' }),
    volume_types: Type.Array(Type.Object({ id: Type.String(), name: orNull(Type.String()), exists: Type.Boolean() })),
  }),
  volumeTypes: Type.Object({ volume_types: Type.Array(volumeType) }),
  volumeType: Type.Object({ volume_type: volumeType }),
}
