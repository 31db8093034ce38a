import { type Static, type TSchema, Type } from 'typebox'
import { enforcements, restrictions } from '../model/flavor-policy.ts'

/**
 * The shape of a datastore catalogue. `errorMessage` is what a wrong value is told, here and by editors that read the
 * published schema; what has fields must have none, or a field that is missing would not be named.
 */

const quotes = 'put quotes around true, false and null where they are names'

/** What looks like a number to YAML is read as it was typed: 8.0 is not 8. */
const typed = (options: { minLength?: number; maxLength?: number; pattern?: string } = {}) =>
  [Type.String(options), Type.Number()] as const

const word = (description: string) =>
  Type.Union([...typed({ minLength: 1, maxLength: 255 })], {
    description,
    errorMessage: `must be a text of 1 to 255 characters; ${quotes}`,
  })

const text = (description: string) =>
  Type.Union([...typed(), Type.Null()], {
    description: `${description}; null for none.`,
    errorMessage: `must be a text or null; ${quotes}`,
  })

const texts = (description: string, what: string) =>
  Type.Array(Type.Union([...typed()]), { description, errorMessage: `must be a list of ${what}; ${quotes}` })

const flag = (description: string) => Type.Boolean({ description, errorMessage: 'must be true or false' })

const oneOf = <Word extends string>(words: readonly Word[], description: string) =>
  Type.Enum([...words], { description, errorMessage: `must be ${words.join(' or ')}` })

const requirementsExpected = 'must be a list of requirements, such as ram>=2GiB'

/** What a version allows, in the order in which it is printed. */
const policyFields = {
  flavors: texts(
    'The flavors that are associated with it, by id or name: these and no others; `[]` for none.',
    'ids or names of flavors',
  ),
  restriction: oneOf(
    restrictions,
    '`listed`: only associated flavors, even if there are none; `open`: no association means every flavor.',
  ),
  requirements: Type.Array(Type.String(), {
    description:
      'What a flavor must satisfy, as in `ram>=2GiB` ([grammar](requirements.md)): this and nothing else; `[]` for nothing.',
    errorMessage: requirementsExpected,
  }),
  enforcement: oneOf(enforcements, '`refuse` what breaks the rule, or admit it and `warn` of it.'),
  volume_types: texts(
    'The volume types that are associated with it, by name or id: these and no others; `[]` for none.',
    'names or ids of volume types',
  ),
}

const optional = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, Type.Optional(field)])) as {
    [Name in keyof Fields]: ReturnType<typeof Type.Optional<Fields[Name]>>
  }

const version = Type.Object(
  {
    name: word('What people call it.'),
    ...optional({
      number: Type.Union([...typed({ maxLength: 255 })], {
        description:
          'Its version number, e.g. 5.7.30. Left out: the version of this name; of several, the one whose number is its name.',
        errorMessage: 'must be a text of at most 255 characters',
      }),
      default: flag('Whether it is the default version of its datastore; one at most.'),
      active: flag('Whether instances may be made from it; a version that is made is active unless this says no.'),
      manager: text('The manager that looks after its instances, e.g. mysql; needed for a version that is to be made'),
      image_id: text('The image that its instances are made from'),
      image_tags: Type.Array(Type.Union([...typed({ pattern: '^[^,]*[^,\\s][^,]*$' })]), {
        description: 'The tags that this image must carry, where no id is given; `[]` for none.',
        errorMessage: 'must be a list of tags without commas',
      }),
      packages: text('The packages that the image must hold, separated by commas'),
      registry_ext: text('Its registry extension'),
      repl_strategy: text('Its replication strategy'),
      ...policyFields,
    }),
  },
  { additionalProperties: false, title: 'version' },
)

const datastore = Type.Object(
  {
    name: word('What it is called.'),
    versions: Type.Optional(
      Type.Array(version, {
        description: 'Versions of it; those that are not named here are left alone.',
        errorMessage: 'must be a list of versions',
      }),
    ),
  },
  { additionalProperties: false, title: 'datastore' },
)

const manager = Type.Object(
  {
    name: word('The manager of the versions that are meant, e.g. mysql: all of them, in whatever datastore.'),
    requirements: Type.Array(Type.String(), {
      description: 'What a flavor must satisfy, besides what each of these versions requires already.',
      errorMessage: requirementsExpected,
    }),
    enforcement: Type.Optional(
      oneOf(
        ['warn'],
        '`warn`: a version that has no rule yet only warns; one that has a rule and refuses is left alone, and told of.',
      ),
    ),
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
      description: 'What is added to every version with a manager, unless the file names that version itself.',
      errorMessage: "expected a list under 'managers:'",
    }),
  }),
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Datastore catalogue of trove-ts',
    additionalProperties: false,
    /** A place for anchors, and for what a file says about itself. */
    patternProperties: { '^x-': {} },
  },
)

export type CatalogueDocument = Static<typeof datastoreCatalogueSchema>
export type DatastoreEntry = NonNullable<CatalogueDocument['datastores']>[number]
export type VersionEntry = NonNullable<DatastoreEntry['versions']>[number]
export type ManagerEntry = NonNullable<CatalogueDocument['managers']>[number]

/** The schema as a file. */
export const datastoreCatalogueSchemaText = (): string => `${JSON.stringify(datastoreCatalogueSchema, null, 2)}\n`
