import { Type } from 'typebox'
import { hasAlphanumeric, linkList, nonEmpty, orNull, reasonList } from './schema-parts.ts'

/** Shapes of bodies; `instance-schemas.ts` has those of instances. The API document is made from them. */

const imageTags = Type.Array(Type.String({ minLength: 1, maxLength: 20 }), { maxItems: 5 })
const packages = Type.Array(Type.String())

export const createVersion = Type.Object(
  {
    version: Type.Object(
      {
        name: nonEmpty({ pattern: hasAlphanumeric }),
        datastore_name: nonEmpty({ pattern: hasAlphanumeric }),
        datastore_manager: nonEmpty(),
        active: Type.Boolean(),
        default: Type.Optional(Type.Boolean()),
        version: Type.Optional(nonEmpty()),
        image: Type.Optional(orNull(Type.String())),
        image_tags: Type.Optional(imageTags),
        packages: Type.Optional(packages),
        registry_ext: Type.Optional(orNull(Type.String())),
        repl_strategy: Type.Optional(orNull(Type.String())),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** Not wrapped in `version`: Trove's clients send it bare. */
export const updateVersion = Type.Object(
  {
    name: Type.Optional(nonEmpty({ pattern: hasAlphanumeric })),
    datastore_manager: Type.Optional(nonEmpty()),
    active: Type.Optional(Type.Boolean()),
    default: Type.Optional(Type.Boolean()),
    image: Type.Optional(Type.String()),
    image_tags: Type.Optional(imageTags),
    packages: Type.Optional(packages),
    registry_ext: Type.Optional(Type.String()),
    repl_strategy: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

/** The query of the listing of a version's flavors. */
export const verdictsQuery = Type.Object({
  verdicts: Type.Optional(
    Type.String({ description: '`true`: every flavor that the project may use, each with the verdict.' }),
  ),
})

// What comes back.

const flavorFields = {
  id: orNull(Type.Integer({ description: 'The id where it is a number, else null.' })),
  links: linkList,
  name: Type.String(),
  ram: Type.Integer({ description: 'MiB' }),
  vcpus: Type.Integer(),
  disk: Type.Integer({ description: 'GiB' }),
  ephemeral: Type.Integer({ description: 'GiB' }),
  str_id: Type.String({ description: 'The id, whatever it looks like.' }),
}
const flavor = Type.Object(flavorFields)

const verdict = Type.Object(
  {
    allowed: Type.Boolean(),
    reasons: reasonList,
    message: orNull(Type.String({ description: 'The reasons in words.' })),
  },
  {
    examples: [
      {
        allowed: false,
        reasons: [{ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }],
        message: 'it does not meet ram>=2048 (it has 512 MiB)',
      },
    ],
  },
)
const judgedFlavor = Type.Object({ ...flavorFields, verdict })

const flavorExample = {
  id: 1,
  links: [
    { href: 'https://trove.example/v1.0/a49c9db718d14eb6b6ad80e4d244e10b/flavors/1', rel: 'self' },
    { href: 'https://trove.example/flavors/1', rel: 'bookmark' },
  ],
  name: 'm1.tiny',
  ram: 512,
  vcpus: 1,
  disk: 1,
  ephemeral: 0,
  str_id: '1',
}
const judgedExample = {
  ...flavorExample,
  verdict: {
    allowed: false,
    reasons: [{ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }],
    message: 'it does not meet ram>=2048 (it has 512 MiB)',
  },
}

const volumeType = Type.Object({
  id: Type.String(),
  name: Type.String(),
  is_public: Type.Boolean(),
  description: orNull(Type.String()),
})

const versionFields = {
  id: Type.String(),
  name: Type.String(),
  version: Type.String({ description: 'The number.' }),
  links: linkList,
  active: Type.Optional(Type.Boolean({ description: 'Admins only, like all that follows.' })),
  packages: Type.Optional(orNull(Type.String())),
  image: Type.Optional(orNull(Type.String())),
  registry_ext: Type.Optional(orNull(Type.String())),
  repl_strategy: Type.Optional(orNull(Type.String())),
  image_tags: Type.Optional(Type.Array(Type.String())),
}

const version = Type.Object({ ...versionFields, datastore: Type.String() })

const datastore = Type.Object({
  id: Type.String(),
  name: Type.String(),
  links: linkList,
  versions: Type.Array(Type.Object(versionFields)),
  default_version: Type.Optional(Type.String()),
})

const managedVersion = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.String(),
  datastore_id: Type.String(),
  datastore_name: Type.String(),
  datastore_manager: orNull(Type.String()),
  image: orNull(Type.String()),
  image_tags: Type.Array(Type.String()),
  packages: Type.Array(Type.String()),
  active: Type.Boolean(),
  registry_ext: orNull(Type.String()),
  repl_strategy: orNull(Type.String()),
  default: Type.Boolean(),
})

export const replies = {
  versions: Type.Object({
    versions: Type.Array(
      Type.Object({ id: Type.String(), status: Type.String(), updated: Type.String(), links: linkList }),
    ),
  }),
  flavors: Type.Object({ flavors: Type.Array(flavor) }),
  flavorsOrVerdicts: Type.Object(
    { flavors: Type.Array(Type.Union([flavor, judgedFlavor])) },
    { examples: [{ flavors: [flavorExample] }, { flavors: [judgedExample] }] },
  ),
  judgedFlavor: Type.Object({ flavor: judgedFlavor }, { examples: [{ flavor: judgedExample }] }),
  resizeTargets: Type.Object(
    {
      flavors: Type.Array(
        Type.Object({
          ...flavorFields,
          verdict,
          current: Type.Boolean({ description: 'Whether the instance has it.' }),
          resize: Type.Object({
            possible: Type.Boolean(),
            message: orNull(Type.String({ description: 'What a resize would be refused with.' })),
          }),
        }),
      ),
    },
    {
      examples: [
        {
          flavors: [
            {
              ...judgedExample,
              current: false,
              resize: {
                possible: false,
                message:
                  'Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: it does not meet ram>=2048 (it has 512 MiB).',
              },
            },
          ],
        },
      ],
    },
  ),
  flavorOrFlavors: Type.Union([Type.Object({ flavor }), Type.Object({ flavors: Type.Array(flavor) })]),
  volumeTypes: Type.Object({ volume_types: Type.Array(volumeType) }),
  volumeType: Type.Object({ volume_type: volumeType }),
  datastores: Type.Object({ datastores: Type.Array(datastore) }),
  datastore: Type.Object({ datastore }),
  datastoreVersions: Type.Object({ versions: Type.Array(version) }),
  datastoreVersion: Type.Object({ version }),
  managedVersions: Type.Object({ versions: Type.Array(managedVersion) }),
  managedVersion: Type.Object({ version: managedVersion }),
  admission: Type.Object({
    verdict,
    instance: Type.Object({
      name: Type.String(),
      flavor,
      volume: Type.Object({
        size: Type.Integer(),
        type: orNull(Type.String({ description: 'Null: the default of whoever makes volumes.' })),
      }),
      datastore: Type.Object({
        id: Type.String(),
        type: Type.String(),
        version: Type.String(),
        version_id: Type.String(),
        version_number: Type.String(),
      }),
      image: Type.Object({ id: Type.String(), name: Type.String() }),
    }),
  }),
  limits: Type.Object({ limits: Type.Array(Type.Object({ verb: Type.String() }, { additionalProperties: true })) }),
  error: Type.Record(
    Type.String(),
    Type.Object({ code: Type.Integer(), message: Type.String() }, { additionalProperties: true }),
    { description: 'One key, named after the status: badRequest, itemNotFound, conflict …' },
  ),
}
