import { Type } from 'typebox'
import { hasAlphanumeric, linkList, nonEmpty, orNull } from '../schema-parts.ts'

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

/** Not wrapped in `version`, because Trove's clients send it that way. */
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

// Responses.

/** Absent for most engines, so that answers about these are those of Trove. */
export const hasDatabases = Type.Optional(
  Type.Boolean({
    description: 'False for an engine without databases and users, such as Redis; otherwise absent.',
  }),
)

const versionFields = {
  id: Type.String(),
  name: Type.String(),
  version: Type.String({ description: 'The version number.' }),
  links: linkList,
  has_databases: hasDatabases,
  active: Type.Optional(Type.Boolean({ description: 'Admins only, like all following fields.' })),
  packages: Type.Optional(orNull(Type.String())),
  image: Type.Optional(orNull(Type.String())),
  registry_ext: Type.Optional(orNull(Type.String())),
  repl_strategy: Type.Optional(orNull(Type.String())),
  image_tags: Type.Optional(Type.Array(Type.String())),
}

export const versionOfDatastore = Type.Object(versionFields)
export const version = Type.Object({ ...versionFields, datastore: Type.String() })

export const datastore = Type.Object({
  id: Type.String(),
  name: Type.String(),
  links: linkList,
  versions: Type.Array(versionOfDatastore),
  default_version: Type.Optional(Type.String()),
})

export const managedVersion = Type.Object({
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
  datastores: Type.Object({ datastores: Type.Array(datastore) }),
  datastore: Type.Object({ datastore }),
  datastoreVersions: Type.Object({ versions: Type.Array(version) }),
  datastoreVersion: Type.Object({ version }),
  managedVersions: Type.Object({ versions: Type.Array(managedVersion) }),
  managedVersion: Type.Object({ version: managedVersion }),
}
