import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Fault } from '../model/fault.ts'
import { type Catalogue, openCatalogue } from './catalogue.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-catalogue-'))
})
after(() => rmSync(folder, { recursive: true }))

let file: string
let catalogue: Catalogue
let said: string[]
beforeEach(() => {
  file = join(folder, `${Math.random()}.yaml`)
  said = []
  catalogue = openCatalogue(file, message => said.push(message))
})

const entry = (id: string) => `{ id: '${id}', name: f${id}, vcpus: 1, ram: 512 }`
const save = (...entries: string[]) => writeFileSync(file, `flavors:\n${entries.map(each => `  - ${each}\n`).join('')}`)
const ids = async () => (await catalogue.read()).flavors.map(({ id }) => id)
const broken = (problem: string) =>
  `The flavors file ${file} cannot be used: ${problem}. The previous version stays in use until the file is fixed.`
const fixed = () => `The flavors file ${file} is valid again and in use.`

test('the file need not be there before somebody asks', async () => {
  await assert.rejects(
    catalogue.read(),
    error => error instanceof Fault && /file not found\. The server creates it/.test(error.message),
  )
  save(entry('1'))
  assert.deepEqual(await ids(), ['1'])
  assert.deepEqual(said, [])
})

test('a broken edit keeps what was good, and is told of once, with the place; so is its mending', async () => {
  save(entry('1'))
  await ids()
  save(entry('1'), '{ id: 2, name: f2, vcpus: 1, rma: 512 }')
  for (let time = 0; time < 3; time++) assert.deepEqual(await ids(), ['1'])
  assert.equal(said.length, 1)
  assert.ok(
    said[0]!.startsWith(
      `The flavors file ${file} cannot be used: line 3, column 34: flavor 2: unknown field 'rma'. Did you mean 'ram'?`,
    ),
  )
  assert.ok(
    said[0]!.endsWith('swap, extra_specs, projects. The previous version stays in use until the file is fixed.'),
  )
  save(entry('1'), entry('2'))
  assert.deepEqual(await ids(), ['1', '2'])
  assert.deepEqual(said.slice(1), [fixed()])
})

test('a second broken edit is told of as well, and so is a file that is gone', async () => {
  save(entry('1'))
  await ids()
  save(entry('1'), entry('1'))
  await ids()
  writeFileSync(file, 'flavors: 12')
  await ids()
  rmSync(file)
  assert.deepEqual(await ids(), ['1'])
  const place = "line 3, column 5: flavor 2: '1' is given twice"
  assert.deepEqual(said.slice(0, 2), [broken(place), broken("line 1, column 1: expected a list under 'flavors:'")])
  assert.match(said[2]!, /file not found/)
})

test('however many ask at once, it is read and told of once', async () => {
  save(entry('1'))
  await ids()
  writeFileSync(file, 'flavors: [')
  const all = await Promise.all(Array.from({ length: 20 }, ids))
  assert.deepEqual(new Set(all.flat()), new Set(['1']))
  assert.equal(said.length, 1)
})

test('who asks after a save gets what was saved, whoever else is asking', async () => {
  save(entry('1'))
  const early = ids()
  save(entry('2'))
  const late = ids()
  await early
  assert.deepEqual(await late, ['2'])
})

test('a save that changes neither size nor second is seen', async () => {
  save(entry('1'))
  utimesSync(file, 1000, 1000)
  await ids()
  save(entry('2'))
  utimesSync(file, 1000, 1000.25)
  assert.deepEqual(await ids(), ['2'])
})
