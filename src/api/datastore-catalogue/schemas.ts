import { Type } from 'typebox'
import { levels } from '../../model/level.ts'
import { flavorKeys } from '../../rules/allowed/flavor/policy-rows.ts'
import { volumeTypeKey } from '../../rules/allowed/volume-type/policy-rows.ts'
import { allowNone, dryRunQuery, plainDryRun } from '../dry-run.ts'
import { effect } from '../flavor-policy/schemas.ts'
import { oneOf, orNull } from '../schema-parts.ts'

/**
 * Room for the export of a cloud with 25 versions that list 2,000 flavors each; the configured limit is far below that. To
 * read more takes seconds, in which this process answers no one else.
 */
export const catalogueBytesMax = 2 * 1024 * 1024

const text = Type.String({
  description: 'A datastore catalogue: the text of the file that `trove-manage catalog_export` prints, in YAML.',
})
const textExample = 'datastores:\n  - name: mysql\n    requirements: [ram>=1GiB]\n'

export const showQuery = Type.Object({
  datastore: Type.Optional(Type.String({ description: 'Only this datastore, by id or name.' })),
  flavor_names: Type.Optional(
    Type.String({ description: '`true`: names of flavors instead of ids, where a name is unambiguous.' }),
  ),
})

export const applyQuery = dryRunQuery

export const applyBody = Type.Object(
  {
    catalogue: text,
    allow_none: Type.Optional(allowNone),
    check: Type.Optional(Type.Boolean({ description: 'Whether flavors and volume types must exist. Default: true.' })),
  },
  { additionalProperties: false, examples: [{ catalogue: textExample }] },
)

// Responses.

const row = Type.Object({
  key: Type.String({
    description: `${[...flavorKeys, volumeTypeKey].map(key => `\`${key}\``).join(', ')}: the same keys as in events.`,
  }),
  value: Type.String(),
})

const level = orNull(oneOf(levels, { description: 'Null: the enforcement of the version applies.' }))
const changedLevel = Type.Object({ key: Type.String(), value: Type.String(), before: level, after: level })

const property = orNull(Type.Union([Type.String(), Type.Boolean(), Type.Array(Type.String())]))

const version = Type.Object({
  datastore: Type.String(),
  name: Type.String(),
  version: Type.String({ description: 'The version number.' }),
  is_new: Type.Boolean(),
  properties: Type.Array(Type.Object({ name: Type.String(), before: property, after: property })),
  added: Type.Array(row),
  deleted: Type.Array(row),
  levels: Type.Array(changedLevel, { description: 'Changed levels, including those of added rules.' }),
  effect: orNull(effect),
})

const waiver = Type.Object({
  change: oneOf(['added', 'shortened', 'ended']),
  id: orNull(Type.String({ description: 'Null for a new waiver.' })),
  datastore: Type.String(),
  version: orNull(
    Type.Object(
      { name: Type.String(), version: Type.String() },
      { description: 'Null for all versions of the datastore.' },
    ),
  ),
  project_id: Type.String(),
  instance_id: orNull(Type.String({ description: 'Null for all instances of the project.' })),
  only: Type.Array(Type.String(), { description: 'What is waived; empty for every reason.' }),
  until: Type.String({ description: 'The end, in UTC without a zone; the new one if it was shortened.' }),
  reason: Type.String(),
})

const rule = Type.Object({ key: Type.String(), value: Type.String(), level: oneOf(levels) })

const datastore = Type.Object({
  name: Type.String(),
  is_new: Type.Boolean(),
  added: Type.Array(rule),
  deleted: Type.Array(rule),
  levels: Type.Array(changedLevel),
  versions: Type.Array(Type.Object({ label: Type.String(), effect }), {
    description: 'The effect on each of its versions that changes in no other way.',
  }),
})

export const replies = {
  catalogue: Type.Object({ catalogue: text }, { examples: [{ catalogue: textExample }] }),
  applied: Type.Object({
    datastores: Type.Array(datastore, { description: 'Datastores that are new, or whose rules change.' }),
    default_versions: Type.Array(
      Type.Object({ datastore: Type.String(), before: orNull(Type.String()), after: orNull(Type.String()) }),
    ),
    versions: Type.Array(version, { description: 'Versions that are new or change.' }),
    waivers: Type.Array(waiver, { description: 'Waivers that the catalogue adds, shortens or ends.' }),
    untouched: Type.Array(Type.String(), {
      description: 'Versions that the catalogue leaves out, although it has their datastore. They stay as they are.',
    }),
    idle_managers: Type.Array(Type.String(), { description: 'Managers in the catalogue that no version has.' }),
    dry_run: Type.Optional(plainDryRun),
  }),
}
