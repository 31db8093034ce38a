import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { placedWords } from '../rules/datastore-catalogue/refusals.ts'
import { parseDatastoreCatalogue } from './parse.ts'

const completeFile = `datastores:
  - name: mysql
    restriction: listed
    list_level: audit
    requirements: [ram>=512, { requirement: vcpus>=2, level: warn }]
    versions:
      - name: 8.0
        number: 8.0.39
        default: true
        active: false
        manager: mysql
        image_id: null
        image_tags: [trove, 8.0 ]
        packages: mysql-server
        registry_ext: null
        repl_strategy: ""
        flavors: [m1.small, 12, "012"]
        restriction: listed
        requirements: [ram>=2GiB]
        enforcement: warn
        volume_types: []
        waivers:
          - { project: 12, until: 2026-12-31, reason: migration }
          - { project: p, instance: i, only: [ram>=2GiB], until: 2026-12-31 18:00, reason: 4711 }
managers:
  - { name: redis, requirements: [ram>=1GiB], enforcement: warn }
`

test('every field is read, with texts as they are typed', () => {
  assert.deepEqual(parseDatastoreCatalogue(completeFile), {
    datastores: [
      {
        line: 2,
        name: 'mysql',
        policy: {
          restriction: 'listed',
          listLevel: 'audit',
          requirements: [
            { text: 'ram>=512', level: undefined },
            { text: 'vcpus>=2', level: 'warn' },
          ],
        },
        waivers: undefined,
        versions: [
          {
            line: 7,
            name: '8.0',
            number: '8.0.39',
            isDefault: true,
            properties: {
              active: false,
              manager: 'mysql',
              imageId: null,
              imageTags: ['trove', '8.0'],
              packages: 'mysql-server',
              registryExt: null,
              replStrategy: '',
            },
            policy: {
              flavors: ['m1.small', '12', '012'],
              restriction: 'listed',
              requirements: [{ text: 'ram>=2GiB', level: undefined }],
              enforcement: 'warn',
              listLevel: undefined,
              volumeTypes: [],
            },
            waivers: [
              { line: 23, projectId: '12', instanceId: undefined, only: [], until: '2026-12-31', reason: 'migration' },
              {
                ...{ line: 24, projectId: 'p', instanceId: 'i', only: ['ram>=2GiB'] },
                ...{ until: '2026-12-31 18:00', reason: '4711' },
              },
            ],
          },
        ],
      },
    ],
    managers: [
      {
        line: 26,
        name: 'redis',
        minimum: { requirements: ['ram>=1GiB'], level: 'warn' },
      },
    ],
  })
})

test('missing fields stay undefined', () => {
  const { datastores, managers } = parseDatastoreCatalogue('datastores: [{ name: mysql, versions: [{ name: 5.7 }] }]')
  const [version] = datastores[0]!.versions
  assert.deepEqual(version?.properties, {})
  assert.deepEqual(
    Object.values(version!.policy).filter(value => value !== undefined),
    [],
  )
  assert.deepEqual([version?.number, version?.isDefault, managers], [undefined, undefined, []])
})

test('a datastore needs no versions, and a top-level field that begins with x- is ignored', () => {
  const text =
    'x-small: &small [1, 2]\ndatastores:\n  - name: mysql\n    versions: [{ name: 8, flavors: *small }]\n  - name: redis'
  const { datastores } = parseDatastoreCatalogue(text)
  assert.deepEqual(
    datastores.map(({ versions }) => versions[0]?.policy.flavors),
    [['1', '2'], undefined],
  )
})

const fields =
  'name, number, default, active, manager, image_id, image_tags, packages, registry_ext, repl_strategy, flavors, restriction, requirements, enforcement, list_level, volume_types, waivers'
const version = (more: string) => `datastores:\n  - name: mysql\n    versions:\n      - { name: 8, ${more} }`

const invalid: [title: string, text: string, message: string][] = [
  ['an empty file', '', "line 1, column 1: expected a list under 'datastores:'"],
  [
    'neither datastores nor managers',
    'x-a: 1',
    "line 1, column 1: expected a list under 'datastores:' or under 'managers:'",
  ],
  [
    'a flavors file',
    '# mine\nflavors: []',
    "line 2, column 1: this is a flavors file; a datastore catalogue has 'datastores:' or 'managers:' at the top",
  ],
  [
    'a misspelt field at the top',
    'datastore: []',
    "line 1, column 1: unknown field 'datastore'. Did you mean 'datastores'? Fields: datastores, managers",
  ],
  [
    'a misspelt field of a version',
    version('flavours: []'),
    `line 4: datastore 1, version 1: unknown field 'flavours'. Did you mean 'flavors'? Fields of a version: ${fields}`,
  ],
  [
    'an unknown field of a manager',
    'managers: [{ name: mysql, flavors: [1] }]',
    "line 1, column 27: manager 1: unknown field 'flavors'. Fields of a manager: name, requirements, level, enforcement; line 1, column 12: manager 1: requirements is missing",
  ],
  [
    'a version without a name',
    'datastores: [{ name: a, versions: [{ number: 1 }] }]',
    'line 1, column 36: datastore 1, version 1: name is missing',
  ],
  [
    'a text for a version',
    'datastores: [{ name: a, versions: [8] }]',
    'line 1, column 36: datastore 1, version 1: expected the fields name',
  ],
  [
    'a flag for a name',
    'datastores: [{ name: true }]',
    'line 1, column 16: datastore 1: name must be a text of 1 to 255 characters; quote true, false and null if they are names',
  ],
  [
    'a word for a flag',
    version('active: maybe'),
    'line 4, column 20: datastore 1, version 1: active must be true or false',
  ],
  [
    'an unknown word',
    version('enforcement: notify'),
    'line 4, column 20: datastore 1, version 1: enforcement must be refuse, warn or audit',
  ],
  [
    'a single flavor instead of a list',
    version('flavors: m1.small'),
    'line 4, column 20: datastore 1, version 1: flavors must be a list of flavor ids or names; quote true, false and null if they are names',
  ],
  [
    'a list in a list',
    version('volume_types: [a, [b]]'),
    'line 4, column 38: datastore 1, version 1: volume_types must be a list of volume type names or ids; quote true, false and null if they are names',
  ],
  [
    'a number for a requirement',
    version('requirements: [2]'),
    'line 4, column 35: datastore 1, version 1: requirements must be a list of requirements, such as ram>=2GiB',
  ],
  [
    'an unknown level of a requirement',
    version('requirements: [ram>=1, { requirement: vcpus>=2, level: wrn }]'),
    'line 4, column 68: datastore 1, version 1, requirement 2: level must be refuse, warn or audit',
  ],
  [
    'a requirement of its own without a level',
    version('requirements: [{ requirement: vcpus>=2 }]'),
    'line 4, column 35: datastore 1, version 1, requirement 1: level is missing; it must be refuse, warn or audit',
  ],
  [
    'a key without its colon',
    'datastores:\n  - name: a\n    versions\n      - name: 8',
    "line 3, column 5: expected 'key: value', but a colon is missing here, or in the line after it",
  ],
  [
    'a tag with a comma',
    version('image_tags: ["a,b"]'),
    'line 4, column 33: datastore 1, version 1: image_tags must be a list of tags without commas',
  ],
  [
    'a waiver without an end',
    version('waivers: [{ project: p, reason: r }]'),
    'line 4, column 30: datastore 1, version 1, waiver 1: until is missing',
  ],
  [
    'a waiver of a datastore with a time that is none',
    'datastores: [{ name: a, waivers: [{ project: p, reason: r, until: 14d }] }]',
    'line 1, column 60: datastore 1, waiver 1: until must be a date such as 2026-12-31, or a time in UTC such as 2026-12-31T18:00; a duration such as 14d would move the end each time that the file is applied',
  ],
  [
    'an author of a waiver',
    version('waivers: [{ project: p, reason: r, until: 2026-12-31, author: a }]'),
    "line 4: datastore 1, version 1, waiver 1: unknown field 'author'. Fields of a waiver: project, instance, only, until, reason",
  ],
  [
    'a duplicate datastore',
    'datastores: [{ name: a }, { name: A }]',
    "line 1, column 27: datastore 2: duplicate name 'A'",
  ],
  [
    'a duplicate version',
    'datastores: [{ name: a, versions: [{ name: 8 }, { name: "8" }] }]',
    "line 1, column 49: datastore 'a', version 2: duplicate name '8'",
  ],
  [
    'a duplicate manager',
    'managers: [{ name: a, requirements: [] }, { name: a, requirements: [] }]',
    "line 1, column 43: manager 2: duplicate name 'a'",
  ],
  [
    'a manager without requirements',
    'managers: [{ name: a }]',
    'line 1, column 12: manager 1: requirements is missing',
  ],
  [
    'a manager that refuses',
    'managers: [{ name: a, requirements: [], enforcement: refuse }]',
    'line 1, column 41: manager 1: enforcement must be warn',
  ],
  [
    'two defaults',
    'datastores:\n- name: a\n  versions:\n  - { name: 1, default: true }\n  - { name: 2, default: true }',
    "line 5, column 16: datastore 'a': only one version can be the default",
  ],
  [
    'broken YAML',
    'datastores: [',
    'line 1, column 14: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
]

describe('an invalid file is refused with the place and what was expected there:', () => {
  for (const [title, text, message] of invalid) test(title, () => assert.throws(() => readWhole(text), { message }))
})

/** Parses a catalogue that has no unknown fields. */
function readWhole(text: string) {
  const [unknown] = parseDatastoreCatalogue(text).unknownFields ?? []
  if (unknown) throw new Error(placedWords(unknown).replace(/\.$/, ''))
}

test('unknown fields do not hide each other, nor the rest of the file', () => {
  const text =
    'datastores:\n- name: a\n  colour: red\n  versions:\n  - { name: 1, flavours: [], active: true }\nmore: 1'
  const { datastores, unknownFields = [] } = parseDatastoreCatalogue(text)
  assert.deepEqual(
    unknownFields.map(({ line }) => line),
    [6, 3, 5],
  )
  assert.equal(datastores[0]!.versions[0]!.properties.active, true)
  assert.throws(() => parseDatastoreCatalogue(`${text}\nmanagers: 7`), {
    message: /^line 6, column 1: unknown field 'more'.*; line 3, .*'colour'.*; line 5, .*'flavours'.*; line 7, /,
  })
})
