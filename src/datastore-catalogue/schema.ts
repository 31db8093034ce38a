/**
 * The datastore catalogue, the file that `catalog_export` prints and `catalog_apply` reads: its JSON Schema, with
 * `parse.ts` and `print.ts` beside it. The changes that a file causes are planned in
 * `src/operations/datastore-catalogue/`; the flavors file is a different file (`src/flavor-catalogue/`). `errorMessage`
 * is shown for an invalid value, both here and by editors that read the published schema. Objects must not have one,
 * because otherwise a missing field would not be named.
 */

import { type Static, type TSchema, Type } from 'typebox'
import { eitherOf } from '../model/either-of.ts'
import { restrictions } from '../model/flavor-policy.ts'
import { levels } from '../model/level.ts'

const quotes = 'quote true, false and null if they are names'

/** Numbers are read as they are textOrNumber, since the version 8.0 is not 8. */
const textOrNumber = (options: { minLength?: number; maxLength?: number; pattern?: string } = {}) =>
  [Type.String(options), Type.Number()] as const

const word = (description: string) =>
  Type.Union([...textOrNumber({ minLength: 1, maxLength: 255 })], {
    description,
    errorMessage: `must be a text of 1 to 255 characters; ${quotes}`,
  })

const text = (description: string) =>
  Type.Union([...textOrNumber(), Type.Null()], {
    description: `${description}; null for none.`,
    errorMessage: `must be a text or null; ${quotes}`,
  })

const texts = (description: string, entries: string) =>
  Type.Array(Type.Union([...textOrNumber()]), { description, errorMessage: `must be a list of ${entries}; ${quotes}` })

const flag = (description: string) => Type.Boolean({ description, errorMessage: 'must be true or false' })

const oneOf = <Word extends string>(words: readonly Word[], description: string) =>
  Type.Enum([...words], { description, errorMessage: `must be ${eitherOf(words)}` })

const levelSays =
  '`refuse`: flavors that break the rule are refused. `warn`: they are admitted with a warning. `audit`: they are admitted, and only logs and reports say so.'

const requirementsExpected = 'must be a list of requirements, such as ram>=2GiB'

const requirements = (description: string) =>
  Type.Array(
    Type.Union(
      [
        Type.String(),
        Type.Object({ requirement: Type.String(), level: oneOf(levels, levelSays) }, { additionalProperties: false }),
      ],
      { title: 'requirement' },
    ),
    { description, errorMessage: requirementsExpected },
  )

/** The rules of a datastore, in the order in which they are printed. */
const datastorePolicyFields = {
  restriction: oneOf(
    restrictions,
    '`listed`: each version allows only the flavors that are associated with it. `open`: each version decides for itself.',
  ),
  list_level: oneOf(levels, `The level of that restriction. ${levelSays}`),
  requirements: requirements(
    'All requirements of the datastore. They apply to each of its versions, those to come included. One without a level refuses. Requirements that are not listed are deleted; `[]` for none.',
  ),
}

/** The flavor policy and the volume types of a version, in the order in which they are printed. */
const policyFields = {
  flavors: texts(
    'All flavors that are associated with the version, by id or name. Flavors that are not listed are dissociated; `[]` for none.',
    'flavor ids or names',
  ),
  restriction: oneOf(
    restrictions,
    '`listed`: only associated flavors are allowed, even if there are none. `open`: a version without associations allows every flavor.',
  ),
  requirements: requirements(
    'All requirements of the version, such as `ram>=2GiB` ([grammar](requirements.md)), or `{requirement: ram>=2GiB, level: warn}` to give one a level of its own. Requirements that are not listed are deleted; `[]` for none.',
  ),
  enforcement: oneOf(levels, `The level of the rules that have no level of their own. ${levelSays}`),
  list_level: Type.Union([Type.Enum([...levels]), Type.Null()], {
    description: 'The level of the list alone; null: the enforcement applies to it.',
    errorMessage: `must be ${eitherOf([...levels, 'null'])}`,
  }),
  volume_types: texts(
    'All volume types that are associated with the version, by name or id. Types that are not listed are dissociated; `[]` for none.',
    'volume type names or ids',
  ),
}

const waiver = Type.Object(
  {
    project: word('Project, by id.'),
    instance: Type.Optional(word('Instance, by id, if the waiver is for one instance. It must belong to the project.')),
    only: Type.Optional(
      texts(
        'What is waived: codes of reasons, such as `not_associated`, and requirements, such as `ram>=2048`; by default, every reason.',
        'reasons',
      ),
    ),
    until: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2})?Z?)?$',
      description:
        'The end: a date, such as 2026-12-31, which ends with that day in UTC, or a time in UTC, such as 2026-12-31T18:00. An entry whose time is over has no effect.',
      errorMessage:
        'must be a date such as 2026-12-31, or a time in UTC such as 2026-12-31T18:00; a duration such as 14d would move the end each time that the file is applied',
    }),
    reason: word('Why it is needed.'),
  },
  { additionalProperties: false, title: 'waiver' },
)

const waivers = (whose: string) =>
  Type.Array(waiver, {
    description: `All waivers of the flavor policy for ${whose}. Waivers that are not listed end; \`[]\` for none.`,
    errorMessage: 'must be a list of waivers',
  })

const optional = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, Type.Optional(field)])) as {
    [Name in keyof Fields]: ReturnType<typeof Type.Optional<Fields[Name]>>
  }

const version = Type.Object(
  {
    name: word('Name of the version.'),
    ...optional({
      number: Type.Union([...textOrNumber({ maxLength: 255 })], {
        description:
          'Version number, for example 5.7.30. If it is missing, the name identifies the version; if several versions have this name, the one whose number equals the name.',
        errorMessage: 'must be a text of at most 255 characters',
      }),
      default: flag('Whether it is the default version of its datastore. Only one version can be.'),
      active: flag('Whether instances can be created from it. A new version is active by default.'),
      manager: text('The manager of its instances, for example mysql; required for a new version'),
      image_id: text('The image that its instances are created from'),
      image_tags: Type.Array(Type.Union([...textOrNumber({ pattern: '^[^,]*[^,\\s][^,]*$' })]), {
        description: 'The tags that select the image if `image_id` is not set; `[]` for none.',
        errorMessage: 'must be a list of tags without commas',
      }),
      packages: text('The packages that the image must contain, separated by commas'),
      registry_ext: text('The registry extension'),
      repl_strategy: text('The replication strategy'),
      ...policyFields,
      waivers: waivers('this version alone'),
    }),
  },
  { additionalProperties: false, title: 'version' },
)

const datastore = Type.Object(
  {
    name: word('Name of the datastore.'),
    ...optional({
      ...datastorePolicyFields,
      waivers: waivers('all versions of the datastore'),
      versions: Type.Array(version, {
        description: 'Versions of the datastore. Versions that are not listed stay unchanged.',
        errorMessage: 'must be a list of versions',
      }),
    }),
  },
  { additionalProperties: false, title: 'datastore' },
)

const manager = Type.Object(
  {
    name: word('Manager, for example mysql. The entry applies to every version with this manager, in all datastores.'),
    requirements: Type.Array(Type.String(), {
      description: 'Requirements to add to each of these versions. Existing requirements are kept.',
      errorMessage: requirementsExpected,
    }),
    level: Type.Optional(
      oneOf(
        levels,
        'The level of the requirements that are added; levels of existing ones are kept. Default: the enforcement of each version applies.',
      ),
    ),
    enforcement: Type.Optional(oneOf(['warn'], 'An older name of `level: warn`.')),
  },
  { additionalProperties: false, title: 'manager' },
)

export const datastoreCatalogueSchema = Type.Object(
  optional({
    datastores: Type.Array(datastore, {
      description: 'Datastores and their versions.',
      errorMessage: "expected a list under 'datastores:'",
    }),
    managers: Type.Array(manager, {
      description:
        'Requirements to add to every version with a manager, except versions that the file lists themselves.',
      errorMessage: "expected a list under 'managers:'",
    }),
  }),
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Datastore catalogue of trove-ts',
    additionalProperties: false,
    /** Allows anchors, and remarks of a file about itself. */
    patternProperties: { '^x-': {} },
  },
)

export type CatalogueDocument = Static<typeof datastoreCatalogueSchema>
export type DatastoreEntry = NonNullable<CatalogueDocument['datastores']>[number]
export type VersionEntry = NonNullable<DatastoreEntry['versions']>[number]
export type WaiverEntry = NonNullable<VersionEntry['waivers']>[number]
export type ManagerEntry = NonNullable<CatalogueDocument['managers']>[number]

/** The text of the published schema file. */
export const datastoreCatalogueSchemaText = (): string => `${JSON.stringify(datastoreCatalogueSchema, null, 2)}\n`
