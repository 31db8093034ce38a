import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCatalogue, starterCatalogue } from './catalogue.ts'

test('a catalogue reads as flavors in Nova’s order, with what is left out at nothing', () => {
  const text =
    'flavors:\n- {id: 2, name: b, vcpus: 1, ram: 512}\n- {id: "10", name: a, vcpus: 2, ram: 1024, disk: 5, swap: 1}'
  const rest = { ephemeralGb: 0, extraSpecs: {}, isPublic: true, projects: [] }
  assert.deepEqual(parseCatalogue(text), [
    { id: '10', name: 'a', vcpus: 2, ramMb: 1024, diskGb: 5, swapMb: 1, ...rest },
    { id: '2', name: 'b', vcpus: 1, ramMb: 512, diskGb: 0, swapMb: 0, ...rest },
  ])
})

test('a flavor with projects is for those projects only, and extra specs are text', () => {
  const text = 'flavors: [{id: x, name: x, vcpus: 1, ram: 1, projects: [p], extra_specs: {"quota:iops": 5}}]'
  const [flavor] = parseCatalogue(text)
  assert.equal(flavor?.isPublic, false)
  assert.deepEqual(flavor?.projects, ['p'])
  assert.deepEqual(flavor?.extraSpecs, { 'quota:iops': '5' })
})

test('the catalogue of a first start can be read, and has sizes that run on a laptop', () => {
  const flavors = parseCatalogue(starterCatalogue)
  assert.equal(flavors.length, 9)
  assert.ok(flavors.some(flavor => flavor.ramMb <= 256))
})

const wrong: [what: string, text: string, complaint: RegExp][] = [
  ['no list', 'flavor: []', /expected a list under 'flavors:'/],
  ['an empty file', '', /expected a list under 'flavors:'/],
  ['a text for an entry', 'flavors: [m1]', /flavor 1: expected fields/],
  [
    'a misspelt field',
    'flavors: [{id: 1, name: a, vcpus: 1, ram: 1, disc: 1}]',
    /flavor 1: 'disc' is not a field of a flavor/,
  ],
  ['no name', 'flavors: [{id: 1, vcpus: 1, ram: 1}]', /flavor 1: name is missing/],
  ['half a vCPU', 'flavors: [{id: 1, name: a, vcpus: 0.5, ram: 1}]', /flavor 1: vcpus must be a whole number/],
  ['less than no memory', 'flavors: [{id: 1, name: a, vcpus: 1, ram: -1}]', /flavor 1: ram must be a whole number/],
  ['no memory', 'flavors: [{id: 1, name: a, vcpus: 1}]', /flavor 1: ram must be a whole number/],
  [
    'an id twice',
    'flavors: [{id: 1, name: a, vcpus: 1, ram: 1}, {id: "1", name: b, vcpus: 1, ram: 1}]',
    /'1' is given twice/,
  ],
  ['broken YAML', 'flavors: [', /./],
]

for (const [what, text, complaint] of wrong) {
  test(`a catalogue with ${what} is refused with what was expected`, () => {
    assert.throws(() => parseCatalogue(text), complaint)
  })
}
