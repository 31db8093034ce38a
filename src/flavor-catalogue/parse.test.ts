import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCatalogue } from './parse.ts'
import { starterCatalogue } from './starter.ts'

test('a catalogue reads as flavors in Nova’s order, with what is left out at nothing', () => {
  const text =
    'flavors:\n- {id: 2, name: b, vcpus: 1, ram: 512}\n- {id: "10", name: a, vcpus: 2, ram: 1024, disk: 5, swap: 1}'
  const rest = { ephemeralGb: 0, extraSpecs: {}, isPublic: true, projects: [] }
  assert.deepEqual(parseCatalogue(text).flavors, [
    { id: '10', name: 'a', vcpus: 2, ramMb: 1024, diskGb: 5, swapMb: 1, ...rest },
    { id: '2', name: 'b', vcpus: 1, ramMb: 512, diskGb: 0, swapMb: 0, ...rest },
  ])
})

test('a flavor with projects is for those projects only, and extra specs are text', () => {
  const text =
    'flavors: [{id: x, name: x, vcpus: 1, ram: 1, projects: [p], extra_specs: {"quota:iops": 5, fast: true}}]'
  const [flavor] = parseCatalogue(text).flavors
  assert.equal(flavor?.isPublic, false)
  assert.deepEqual(flavor?.projects, ['p'])
  assert.deepEqual(flavor?.extraSpecs, { 'quota:iops': '5', fast: 'true' })
})

test('the catalogue of a first start can be read, and has sizes that run on a laptop', () => {
  const { flavors, volumeTypes } = parseCatalogue(starterCatalogue)
  assert.equal(flavors.length, 9)
  assert.ok(flavors.some(flavor => flavor.ramMb <= 256))
  assert.deepEqual(
    volumeTypes.map(type => type.name),
    ['standard'],
  )
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

  test('a catalogue that names none has standard, the default', () => {
    assert.deepEqual(parseCatalogue('flavors: []').volumeTypes, [standard])
    assert.deepEqual(read('[]'), [standard])
  })
  test('those named stand beside it, by name', () => {
    assert.deepEqual(read('[{name: zfs, id: z-1, description: Slow}, {name: fast-ssd, projects: [p]}]'), [
      { id: 'fast-ssd', name: 'fast-ssd', description: null, isDefault: false, isPublic: false, projects: ['p'] },
      standard,
      { id: 'z-1', name: 'zfs', description: 'Slow', isDefault: false, isPublic: true, projects: [] },
    ])
  })
  test('an entry may describe standard, and it stays the default', () => {
    assert.deepEqual(read('[{name: standard, id: s-1, description: Disks}]'), [
      { ...standard, id: 's-1', description: 'Disks' },
    ])
  })
})

test('a field that begins with x- at the top is left alone, for anchors', () => {
  const text = 'x-small: &small {vcpus: 1, ram: 512}\nflavors: [{id: 1, name: a, vcpus: 1, ram: 1}]'
  assert.equal(parseCatalogue(text).flavors.length, 1)
})

const fields = 'id, name, vcpus, ram, disk, ephemeral, swap, extra_specs, projects'
const flavor = (fields: string) => `flavors:\n  - { ${fields} }`
const types = (entries: string) => `flavors: []\nvolume_types:\n${entries}`

const wrong: [what: string, text: string, complaint: string][] = [
  ['an empty file', '', "line 1, column 1: expected a list under 'flavors:'"],
  ['volume types alone', 'volume_types: []', "line 1, column 1: expected a list under 'flavors:'"],
  ['no list', 'flavors: 3', "line 1, column 1: expected a list under 'flavors:'"],
  [
    'a misspelt field at the top',
    '# mine\nflavours: []',
    "line 2, column 1: unknown field 'flavours'. Did you mean 'flavors'? Fields: flavors, volume_types",
  ],
  ['a text for an entry', 'flavors: [m1]', 'line 1, column 11: flavor 1: expected the fields id, name, vcpus, ram'],
  ['nothing for an entry', 'flavors:\n  -', 'line 2, column 4: flavor 1: expected the fields id, name, vcpus, ram'],
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
    'less than no memory',
    flavor('id: 1, name: a, vcpus: 1, ram: -1'),
    'line 2, column 33: flavor 1: ram must be a whole number, 0 or more',
  ],
  [
    'an id that YAML would round',
    flavor('id: 9007199254740993, name: a, vcpus: 1, ram: 1'),
    'line 2, column 7: flavor 1: id must be a text of 1 to 255 characters; put quotes around what looks like a number',
  ],
  [
    'a project that is none',
    flavor('id: 1, name: a, vcpus: 1, ram: 1, projects: [[]]'),
    'line 2, column 52: flavor 1: projects must be a list of project ids',
  ],
  [
    'an extra spec that is none',
    flavor('id: 1, name: a, vcpus: 1, ram: 1, extra_specs: { a/b: {} }'),
    'line 2, column 56: flavor 1: extra_specs must be pairs of key and value, each value a text, a number or a flag',
  ],
  [
    'an id twice',
    'flavors:\n- {id: 1, name: a, vcpus: 1, ram: 1}\n- {id: "1", name: b, vcpus: 1, ram: 1}',
    "line 3, column 3: flavor 2: '1' is given twice",
  ],
  ['a volume type without a name', types('  - { id: fast }'), 'line 3, column 5: volume type 1: name is missing'],
  [
    'a volume type with a misspelt field',
    types('  - name: fast\n    desciption: NVMe'),
    "line 4, column 5: volume type 1: unknown field 'desciption'. Did you mean 'description'? Fields of a volume type: name, id, description, projects",
  ],
  [
    'one volume type called as another one',
    types('  - { name: a, id: b }\n  - { name: b }'),
    "line 4, column 5: volume type 2: 'b' is given twice",
  ],
  [
    'standard for some projects only',
    types('  - { name: standard, projects: [p] }'),
    "line 3, column 23: volume type 1: 'standard' is for every project; leave projects out",
  ],
  [
    'standard as the id of another one',
    types('  - { name: fast, id: standard }'),
    "line 3, column 19: volume type 1: 'standard' is the name of the type that is always there; choose another id",
  ],
  [
    'broken YAML',
    'flavors: [',
    'line 1, column 11: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a key twice', 'flavors: []\nflavors: []', 'line 2, column 1: map keys must be unique'],
  [
    'two documents',
    'flavors: []\n---\nflavors: []',
    'line 2, column 1: expected one document, but another one begins here',
  ],
  ['an anchor that is not there', 'flavors: *mine', "line 1, column 10: there is no anchor '&mine' above"],
]

describe('a catalogue is refused with the place and what was expected there:', () => {
  for (const [what, text, complaint] of wrong)
    test(what, () => assert.throws(() => parseCatalogue(text), { message: complaint }))
})

test('where flavors come from elsewhere, none need be listed, and what is listed must be right all the same', () => {
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
