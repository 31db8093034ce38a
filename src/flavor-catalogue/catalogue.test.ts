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
let reports: string[]
beforeEach(() => {
  file = join(folder, `${Math.random()}.yaml`)
  reports = []
  catalogue = openCatalogue(file, message => reports.push(message))
})

const entry = (id: string) => `{ id: '${id}', name: f${id}, vcpus: 1, ram: 512 }`
const save = (...entries: string[]) => writeFileSync(file, `flavors:\n${entries.map(each => `  - ${each}\n`).join('')}`)
const ids = async () => (await catalogue.read()).flavors.map(({ id }) => id)
const broken = (problem: string) =>
  `The flavors file ${file} cannot be used: ${problem}. The previous version stays in use until the file is fixed.`
const fixed = () => `The flavors file ${file} is valid again and in use.`

test('the file does not have to exist before the first read', async () => {
  await assert.rejects(
    catalogue.read(),
    error => error instanceof Fault && /file not found\. The server creates it/.test(error.message),
  )
  save(entry('1'))
  assert.deepEqual(await ids(), ['1'])
  assert.deepEqual(reports, [])
})

test('an invalid edit keeps the previous content and is reported once, with the place; so is the fix', async () => {
  save(entry('1'))
  await ids()
  save(entry('1'), '{ id: 2, name: f2, vcpus: 1, rma: 512 }')
  for (let time = 0; time < 3; time++) assert.deepEqual(await ids(), ['1'])
  assert.equal(reports.length, 1)
  assert.ok(
    reports[0]!.startsWith(
      `The flavors file ${file} cannot be used: line 3, column 34: flavor 2: unknown field 'rma'. Did you mean 'ram'?`,
    ),
  )
  assert.ok(
    reports[0]!.endsWith('swap, extra_specs, projects. The previous version stays in use until the file is fixed.'),
  )
  save(entry('1'), entry('2'))
  assert.deepEqual(await ids(), ['1', '2'])
  assert.deepEqual(reports.slice(1), [fixed()])
})

test('a second invalid edit is reported as well, and so is a deleted file', async () => {
  save(entry('1'))
  await ids()
  save(entry('1'), entry('1'))
  await ids()
  writeFileSync(file, 'flavors: 12')
  await ids()
  rmSync(file)
  assert.deepEqual(await ids(), ['1'])
  const place = "line 3, column 5: flavor 2: duplicate id '1'"
  assert.deepEqual(reports.slice(0, 2), [broken(place), broken("line 1, column 1: expected a list under 'flavors:'")])
  assert.match(reports[2]!, /file not found/)
})

test('for concurrent requests, an invalid file is read and reported once', async () => {
  save(entry('1'))
  await ids()
  writeFileSync(file, 'flavors: [')
  const all = await Promise.all(Array.from({ length: 20 }, ids))
  assert.deepEqual(new Set(all.flat()), new Set(['1']))
  assert.equal(reports.length, 1)
})

test('a request after a save gets the saved content, even during another request', async () => {
  save(entry('1'))
  const early = ids()
  save(entry('2'))
  const late = ids()
  await early
  assert.deepEqual(await late, ['2'])
})

test('a save that changes neither the size nor the second is noticed', async () => {
  save(entry('1'))
  utimesSync(file, 1000, 1000)
  await ids()
  save(entry('2'))
  utimesSync(file, 1000, 1000.25)
  assert.deepEqual(await ids(), ['2'])
})
