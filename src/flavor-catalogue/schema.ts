import { type Static, Type } from 'typebox'

/**
 * The shape of a flavor catalogue. `errorMessage` is what a wrong value is told, here and by editors that read the
 * published schema (yaml-language-server shows it in place of its own words, so what has fields must have none, or a field
 * that is missing would not be named).
 */

/** YAML's numbers are rounded beyond these, so a longer id needs quotes. */
const exactInteger = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })

const wordOrNumber = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 255 }), exactInteger], {
    description,
    errorMessage: 'must be a text of 1 to 255 characters; put quotes around what looks like a number',
  })

const amount = (description: string) =>
  Type.Integer({ minimum: 0, description, errorMessage: 'must be a whole number, 0 or more' })

const projects = Type.Array(Type.Union([Type.String({ minLength: 1 }), exactInteger]), {
  description:
    'Ids of the projects that it is for (`trove-manage project_list` shows them). Left out: for every project.',
  errorMessage: 'must be a list of project ids',
})

const flavor = Type.Object(
  {
    id: wordOrNumber('What requests and associations call it by; each once.'),
    name: wordOrNumber('What people call it.'),
    vcpus: amount('Virtual CPUs.'),
    ram: amount('Memory in MiB.'),
    disk: Type.Optional(amount('Root disk in GiB; 0 when left out.')),
    ephemeral: Type.Optional(amount('Ephemeral disk in GiB; 0 when left out.')),
    swap: Type.Optional(amount('Swap in MiB; 0 when left out.')),
    extra_specs: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Further properties, as key and value.',
        errorMessage: 'must be pairs of key and value, each value a text, a number or a flag',
      }),
    ),
    projects: Type.Optional(projects),
  },
  { additionalProperties: false, title: 'flavor' },
)

const volumeType = Type.Object(
  {
    name: wordOrNumber('What requests and associations call it by; each once.'),
    id: Type.Optional(wordOrNumber('Another name that it goes by; its name when left out.')),
    description: Type.Optional(Type.String({ description: 'For people.', errorMessage: 'must be a text' })),
    projects: Type.Optional(projects),
  },
  { additionalProperties: false, title: 'volume type' },
)

/** The volume type that is always there. */
export const standardVolumeType = 'standard'

export const catalogueSchema = Type.Object(
  {
    flavors: Type.Array(flavor, {
      description: 'The flavors that this server offers.',
      errorMessage: "expected a list under 'flavors:'",
    }),
    volume_types: Type.Optional(
      Type.Array(volumeType, {
        description: `The volume types that it offers, besides '${standardVolumeType}', which is always there and which volumes are of when nobody names a type.`,
        errorMessage: "expected a list under 'volume_types:'",
      }),
    ),
  },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Flavors file of trove-ts',
    additionalProperties: false,
    /** A place for anchors, as in other YAML files. */
    patternProperties: { '^x-': {} },
  },
)

export type CatalogueDocument = Static<typeof catalogueSchema>
export type FlavorEntry = CatalogueDocument['flavors'][number]
export type VolumeTypeEntry = NonNullable<CatalogueDocument['volume_types']>[number]

/** The schema as a file. */
export const catalogueSchemaText = (): string => `${JSON.stringify(catalogueSchema, null, 2)}\n`
