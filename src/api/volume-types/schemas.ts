import { Type } from 'typebox'
import { plainDryRun } from '../dry-run.ts'
import { hasAlphanumeric, nonEmpty, oneOf, orNull } from '../schema-parts.ts'

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

export const effect = Type.Object(
  {
    became: orNull(oneOf(['restricted', 'open'])),
    types_allowed: Type.Integer(),
    types_fell_out: Type.Integer({ description: 'Number of volume types that are no longer allowed.' }),
  },
  { description: 'The effect of the change. Existing volumes do not change.' },
)

const dryRunAnswer = { description: 'The answer to a dry run.' }

export const replies = {
  volumeTypesAdded: Type.Object(
    { added: Type.Array(Type.String()), effect, dry_run: Type.Optional(plainDryRun) },
    dryRunAnswer,
  ),
  volumeTypeDeleted: Type.Object(
    { deleted: Type.Array(Type.String()), effect, dry_run: Type.Optional(plainDryRun) },
    dryRunAnswer,
  ),
  associations: Type.Object({
    volume_type_ids: Type.Array(Type.String(), { description: 'Names and ids as they were associated.' }),
    restricted: Type.Boolean({ description: 'False if the version allows every volume type.' }),
    volume_types: Type.Array(Type.Object({ id: Type.String(), name: orNull(Type.String()), exists: Type.Boolean() })),
  }),
  volumeTypes: Type.Object({ volume_types: Type.Array(volumeType) }),
  volumeType: Type.Object({ volume_type: volumeType }),
}
