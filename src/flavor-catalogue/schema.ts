import { type Static, Type } from 'typebox'

/**
 * The JSON Schema of a flavors file. `errorMessage` is shown for an invalid value, both here and by editors that read
 * the published schema. yaml-language-server shows it instead of its own messages, so objects must not have one:
 * otherwise a missing field would not be named.
 */

/** Larger integers would be rounded by YAML, so a longer id needs quotes. */
const exactInteger = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })

const wordOrNumber = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 255 }), exactInteger], {
    description,
    errorMessage: 'must be a text of 1 to 255 characters; quote values that look like numbers',
  })

const amount = (description: string) =>
  Type.Integer({ minimum: 0, description, errorMessage: 'must be a whole number, 0 or more' })

const projects = Type.Array(Type.Union([Type.String({ minLength: 1 }), exactInteger]), {
  description: 'Ids of the projects that can use it (`trove-manage project_list` shows them). Default: all projects.',
  errorMessage: 'must be a list of project ids',
})

const flavor = Type.Object(
  {
    id: wordOrNumber('Identifier in requests and associations; must be unique.'),
    name: wordOrNumber('Name for people.'),
    vcpus: amount('Virtual CPUs.'),
    ram: amount('Memory in MiB.'),
    disk: Type.Optional(amount('Root disk in GiB. Default: 0.')),
    ephemeral: Type.Optional(amount('Ephemeral disk in GiB. Default: 0.')),
    swap: Type.Optional(amount('Swap in MiB. Default: 0.')),
    extra_specs: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Further properties, as keys and values.',
        errorMessage: 'must be keys with values, each value a text, a number, true or false',
      }),
    ),
    projects: Type.Optional(projects),
  },
  { additionalProperties: false, title: 'flavor' },
)

const volumeType = Type.Object(
  {
    name: wordOrNumber('Name in requests and associations; must be unique.'),
    id: Type.Optional(wordOrNumber('Identifier that can be used instead of the name. Default: the name.')),
    description: Type.Optional(Type.String({ description: 'For people.', errorMessage: 'must be a text' })),
    projects: Type.Optional(projects),
  },
  { additionalProperties: false, title: 'volume type' },
)

/** The volume type that always exists. */
export const standardVolumeType = 'standard'

export const catalogueSchema = Type.Object(
  {
    flavors: Type.Array(flavor, {
      description: 'The flavors that this server offers.',
      errorMessage: "expected a list under 'flavors:'",
    }),
    volume_types: Type.Optional(
      Type.Array(volumeType, {
        description: `The volume types that this server offers, in addition to '${standardVolumeType}', which always exists and is the default.`,
        errorMessage: "expected a list under 'volume_types:'",
      }),
    ),
  },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Flavors file of trove-ts',
    additionalProperties: false,
    /** Allows anchors, as in other YAML files. */
    patternProperties: { '^x-': {} },
  },
)

export type CatalogueDocument = Static<typeof catalogueSchema>
export type FlavorEntry = CatalogueDocument['flavors'][number]
export type VolumeTypeEntry = NonNullable<CatalogueDocument['volume_types']>[number]

/** The text of the published schema file. */
export const catalogueSchemaText = (): string => `${JSON.stringify(catalogueSchema, null, 2)}\n`
