import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCatalogue } from './parse.ts'
import { starterCatalogue } from './starter.ts'

test('flavors are sorted as in Nova, and optional sizes default to 0', () => {
  const text =
    'flavors:\n- {id: 2, name: b, vcpus: 1, ram: 512}\n- {id: "10", name: a, vcpus: 2, ram: 1024, disk: 5, swap: 1}'
  const rest = { ephemeralGb: 0, extraSpecs: {}, isPublic: true, projects: [] }
  assert.deepEqual(parseCatalogue(text).flavors, [
    { id: '10', name: 'a', vcpus: 2, ramMb: 1024, diskGb: 5, swapMb: 1, ...rest },
    { id: '2', name: 'b', vcpus: 1, ramMb: 512, diskGb: 0, swapMb: 0, ...rest },
  ])
})

test('a flavor with projects is private to them, and extra specs become texts', () => {
  const text =
    'flavors: [{id: x, name: x, vcpus: 1, ram: 1, projects: [p], extra_specs: {"quota:iops": 5, fast: true}}]'
  const [flavor] = parseCatalogue(text).flavors
  assert.equal(flavor?.isPublic, false)
  assert.deepEqual(flavor?.projects, ['p'])
  assert.deepEqual(flavor?.extraSpecs, { 'quota:iops': '5', fast: 'true' })
})

test('the file of a first start is valid, and has sizes that run on a laptop', () => {
  const { flavors, volumeTypes } = parseCatalogue(starterCatalogue)
  assert.equal(flavors.length, 9)
  assert.ok(flavors.some(flavor => flavor.ramMb <= 256))
  assert.deepEqual(
    volumeTypes.map(type => type.name),
    ['standard'],
  )
})

/** What stands in the file → the text that it is. */
const typed: readonly (readonly [typed: string, text: string])[] = [
  ['1.0', '1.0'],
  ['1.10', '1.10'],
  ['012', '012'],
  ['0x1F', '0x1F'],
  ['0o17', '0o17'],
  ['1e3', '1e3'],
  ['+5', '+5'],
  ['.5', '.5'],
  ['-0', '-0'],
  ['9007199254740993', '9007199254740993'],
  ['.inf', '.inf'],
  ['.NaN', '.NaN'],
  ['True', 'True'],
  ['FALSE', 'FALSE'],
  ['true', 'true'],
  ['yes', 'yes'],
  ['2026-11-27', '2026-11-27'],
  ['"1.0"', '1.0'],
  ["'true'", 'true'],
  ['12', '12'],
]
for (const [value, text] of typed)
  test(`ids, names, extra specs and projects are texts as they are typed: ${value}`, () => {
    const rest = 'vcpus: 2.0, ram: 512'
    const [flavor] = parseCatalogue(
      `flavors: [{id: ${value}, name: ${value}, ${rest}, projects: [${value}], extra_specs: {a: ${value}, ram: ${value}, ${value}: b}}]`,
    ).flavors
    assert.deepEqual([flavor!.id, flavor!.name, flavor!.projects], [text, text, [text]])
    assert.deepEqual(flavor!.extraSpecs, { a: text, ram: text, [text]: 'b' })
    assert.deepEqual([flavor!.vcpus, flavor!.ramMb], [2, 512])
    const types = parseCatalogue(`flavors: []\nvolume_types: [{name: ${value}, id: ${value}, description: ${value}}]`)
    const type = types.volumeTypes.find(each => each.name === text)
    assert.deepEqual([type?.id, type?.description], [text, text])
  })

describe('volume types', () => {
  const standard = {
    id: 'standard',
    name: 'standard',
    description: null,
    isDefault: true,
    isPublic: true,
    projects: [],
  }
  const read = (entries: string) => parseCatalogue(`flavors: []\nvolume_types: ${entries}`).volumeTypes

  test('a file without volume types has standard, the default', () => {
    assert.deepEqual(parseCatalogue('flavors: []').volumeTypes, [standard])
    assert.deepEqual(read('[]'), [standard])
  })
  test('listed types are added to it, sorted by name', () => {
    assert.deepEqual(read('[{name: zfs, id: z-1, description: Slow}, {name: fast-ssd, projects: [p]}]'), [
      { id: 'fast-ssd', name: 'fast-ssd', description: null, isDefault: false, isPublic: false, projects: ['p'] },
      standard,
      { id: 'z-1', name: 'zfs', description: 'Slow', isDefault: false, isPublic: true, projects: [] },
    ])
  })
  test('an entry can describe standard, which remains the default', () => {
    assert.deepEqual(read('[{name: standard, id: s-1, description: Disks}]'), [
      { ...standard, id: 's-1', description: 'Disks' },
    ])
  })
})

test('a top-level field that begins with x- is ignored, for anchors', () => {
  const text = 'x-small: &small {vcpus: 1, ram: 512}\nflavors: [{id: 1, name: a, vcpus: 1, ram: 1}]'
  assert.equal(parseCatalogue(text).flavors.length, 1)
})

const fields = 'id, name, vcpus, ram, disk, ephemeral, swap, extra_specs, projects'
const flavor = (fields: string) => `flavors:\n  - { ${fields} }`
const types = (entries: string) => `flavors: []\nvolume_types:\n${entries}`

const invalid: [title: string, text: string, message: string][] = [
  ['an empty file', '', "line 1, column 1: expected a list under 'flavors:'"],
  ['volume types alone', 'volume_types: []', "line 1, column 1: expected a list under 'flavors:'"],
  ['no list', 'flavors: 3', "line 1, column 1: expected a list under 'flavors:'"],
  [
    'a misspelt field at the top',
    '# mine\nflavours: []',
    "line 2, column 1: unknown field 'flavours'. Did you mean 'flavors'? Fields: flavors, volume_types",
  ],
  ['a text for an entry', 'flavors: [m1]', 'line 1, column 11: flavor 1: expected the fields id, name, vcpus, ram'],
  ['an empty entry', 'flavors:\n  -', 'line 2, column 4: flavor 1: expected the fields id, name, vcpus, ram'],
  [
    'a misspelt field',
    flavor('id: 1, name: a, vcpus: 1, ram: 1, disc: 1'),
    `line 2, column 41: flavor 1: unknown field 'disc'. Did you mean 'disk'? Fields of a flavor: ${fields}`,
  ],
  ['no name', flavor('id: 1, vcpus: 1, ram: 1'), 'line 2, column 5: flavor 1: name is missing'],
  ['no memory', flavor('id: 1, name: a, vcpus: 1'), 'line 2, column 5: flavor 1: ram is missing'],
  [
    'half a vCPU',
    flavor('id: 1, name: a, vcpus: 0.5, ram: 1'),
    'line 2, column 23: flavor 1: vcpus must be a whole number, 0 or more',
  ],
  [
    'negative memory',
    flavor('id: 1, name: a, vcpus: 1, ram: -1'),
    'line 2, column 33: flavor 1: ram must be a whole number, 0 or more',
  ],
  [
    'an invalid project',
    flavor('id: 1, name: a, vcpus: 1, ram: 1, projects: [[]]'),
    'line 2, column 52: flavor 1: projects must be a list of project ids',
  ],
  [
    'an invalid extra spec',
    flavor('id: 1, name: a, vcpus: 1, ram: 1, extra_specs: { a/b: {} }'),
    'line 2, column 56: flavor 1: extra_specs must be keys with values, each value a text, a number, true or false',
  ],
  [
    'a duplicate id',
    'flavors:\n- {id: 1, name: a, vcpus: 1, ram: 1}\n- {id: "1", name: b, vcpus: 1, ram: 1}',
    "line 3, column 3: flavor 2: duplicate id '1'",
  ],
  ['a volume type without a name', types('  - { id: fast }'), 'line 3, column 5: volume type 1: name is missing'],
  [
    'a volume type with a misspelt field',
    types('  - name: fast\n    desciption: NVMe'),
    "line 4, column 5: volume type 1: unknown field 'desciption'. Did you mean 'description'? Fields of a volume type: name, id, description, projects",
  ],
  [
    'a volume type with the id of another one as its name',
    types('  - { name: a, id: b }\n  - { name: b }'),
    "line 4, column 5: volume type 2: duplicate name or id 'b'",
  ],
  [
    'standard for some projects only',
    types('  - { name: standard, projects: [p] }'),
    "line 3, column 23: volume type 1: 'standard' is available to every project; remove 'projects'",
  ],
  [
    'standard as the id of another one',
    types('  - { name: fast, id: standard }'),
    "line 3, column 19: volume type 1: 'standard' is the name of the built-in type; choose another id",
  ],
  [
    'broken YAML',
    'flavors: [',
    'line 1, column 11: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a duplicate key', 'flavors: []\nflavors: []', 'line 2, column 1: map keys must be unique'],
  [
    'two documents',
    'flavors: []\n---\nflavors: []',
    'line 2, column 1: expected a single document, but a second one begins here',
  ],
  ['an undefined anchor', 'flavors: *mine', "line 1, column 10: anchor '&mine' is not defined above"],
]

describe('an invalid file is refused with the place and what was expected there:', () => {
  for (const [title, text, message] of invalid)
    test(title, () => assert.throws(() => parseCatalogue(text), { message }))
})

test('if flavors come from another source, the list can be missing, but must be valid if present', () => {
  const read = (text: string) => parseCatalogue(text, { flavorsElsewhere: true })
  for (const text of ['', '# nothing\n', '{}', 'volume_types: []', 'flavors: []'])
    assert.deepEqual(
      read(text).volumeTypes.map(({ name }) => name),
      ['standard'],
      text,
    )
  assert.equal(read('volume_types: [{ name: fast }]').volumeTypes.length, 2)
  for (const text of ['[]', 'a word', 'volume_type: []', 'flavors: 7']) assert.throws(() => read(text), text)
  for (const text of ['', 'volume_types: []']) assert.throws(() => parseCatalogue(text), text)
})
