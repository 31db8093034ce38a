import { Type } from 'typebox'
import { restrictions } from '../../model/flavor-policy.ts'
import { levels } from '../../model/level.ts'
import { allowNone, dryRun } from '../dry-run.ts'
import { addRequirements as addToVersion, effect, requirement } from '../flavor-policy/schemas.ts'
import { nonEmpty, oneOf, orNull } from '../schema-parts.ts'

export const addRequirements = Type.Object(
  {
    requirements: addToVersion.properties.requirements,
    level: Type.Optional(oneOf(levels, { description: 'The level of these requirements. Default: `refuse`.' })),
    allow_none: Type.Optional(allowNone),
  },
  { additionalProperties: false, examples: [{ requirements: ['ram>=512MiB'], level: 'audit' }] },
)

export const setPolicy = Type.Object(
  {
    restriction: Type.Optional(
      oneOf(restrictions, {
        description:
          '`listed`: each version allows only the flavors that are associated with it, even if there are none. `open`: each version decides for itself.',
      }),
    ),
    list_level: Type.Optional(
      oneOf(levels, { description: 'The level of that restriction. Refused where there is none.' }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Omitted fields keep their value.',
    examples: [{ restriction: 'listed', list_level: 'audit' }],
  },
)

// Responses.

const policy = Type.Object({
  datastore: Type.Object({ id: Type.String(), name: Type.String() }),
  restriction: oneOf(restrictions),
  list_level: orNull(oneOf(levels, { description: 'The level of the restriction; null if there is none.' })),
  requirements: Type.Array(requirement),
  versions: Type.Integer({ description: 'The number of versions to which these rules apply.' }),
})

const effects = Type.Array(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    version: Type.String({ description: 'The version number.' }),
    effect,
  }),
  { description: 'The effect on each version of the datastore.' },
)

const effectsExample = [
  {
    ...{ id: 'c2a1ee2e-7f3e-4a67-9d13-0f5a4f0f1b2c', name: '8.0', version: '8.0.39' },
    effect: {
      ...{ became: null, flavors_allowed: 4, flavors_fell_out: 2, flavors_came_in: 0, flavors_warned: 0 },
      ...{ flavors_audited: 0, instances_on_them: 1, instances_out_of_line: 1 },
    },
  },
]

const texts = Type.Array(nonEmpty({ description: 'The requirements as stored.' }))

const change = { versions: effects, dry_run: Type.Optional(dryRun) }

export const replies = {
  policy: Type.Object({ policy }),
  policySet: Type.Object({ policy, ...change }),
  requirements: Type.Object({ requirements: Type.Array(requirement) }),
  added: Type.Object({ added: texts, ...change }, { examples: [{ added: ['ram>=512'], versions: effectsExample }] }),
  levelSet: Type.Object(
    { changed: texts, ...change },
    { examples: [{ changed: ['ram>=512'], versions: effectsExample }] },
  ),
  deleted: Type.Object(
    { deleted: texts, ...change },
    { examples: [{ deleted: ['ram>=512'], versions: effectsExample }] },
  ),
}
