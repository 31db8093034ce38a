import { Type } from 'typebox'
import { hasAlphanumeric, linkList, nonEmpty, orNull } from './schema-parts.ts'

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

// What comes back.

const flavor = Type.Object({
  id: orNull(Type.Integer({ description: 'The id where it is a number, else null.' })),
  links: linkList,
  name: Type.String(),
  ram: Type.Integer({ description: 'MiB' }),
  vcpus: Type.Integer(),
  disk: Type.Integer({ description: 'GiB' }),
  ephemeral: Type.Integer({ description: 'GiB' }),
  str_id: Type.String({ description: 'The id, whatever it looks like.' }),
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
  flavorOrFlavors: Type.Union([Type.Object({ flavor }), Type.Object({ flavors: Type.Array(flavor) })]),
  datastores: Type.Object({ datastores: Type.Array(datastore) }),
  datastore: Type.Object({ datastore }),
  datastoreVersions: Type.Object({ versions: Type.Array(version) }),
  datastoreVersion: Type.Object({ version }),
  managedVersions: Type.Object({ versions: Type.Array(managedVersion) }),
  managedVersion: Type.Object({ version: managedVersion }),
  admission: Type.Object({
    verdict: Type.Object({
      allowed: Type.Boolean(),
      reasons: Type.Array(Type.Object({ code: Type.String() }, { additionalProperties: true })),
    }),
    instance: Type.Object({
      name: Type.String(),
      flavor,
      volume: Type.Object({ size: Type.Integer() }),
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
