import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openCatalogue } from '../../flavor-catalogue/catalogue.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import { openVolumeTypeFile } from './source.ts'

type TypeEntry = Pick<VolumeType, 'id' | 'name'> & Partial<Pick<VolumeType, 'description' | 'projects'>>

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-volume-types-'))
})
after(() => rmSync(folder, { recursive: true }))

/** A flavors.yaml, and the source that reads it. */
function makeFile() {
  const file = join(folder, `${Math.random()}.yaml`)
  const reports: string[] = []
  return {
    reports,
    set: (types: readonly TypeEntry[]) => writeFileSync(file, JSON.stringify({ flavors: [], volume_types: types })),
    break: () => writeFileSync(file, 'flavors: ['),
    open: () => openVolumeTypeFile(openCatalogue(file, problem => reports.push(problem))),
  }
}

const addedNames = (types: readonly VolumeType[]) => types.map(type => type.name).filter(name => name !== 'standard')

test('lists every volume type, sorted by name', async () => {
  const file = makeFile()
  file.set(['2', '10', 'b', 'a'].map(name => ({ id: `id-${name}`, name })))
  assert.deepEqual(addedNames(await file.open().list()), ['10', '2', 'a', 'b'])
})

test('lists each type with its names, description and projects', async () => {
  const file = makeFile()
  file.set([
    { id: 'id-1', name: 'one', description: 'The first' },
    { id: 'id-2', name: 'two', projects: ['p'] },
  ])
  const [one, , two] = await file.open().list()
  const common = { isDefault: false }
  const first = { id: 'id-1', name: 'one', description: 'The first', isPublic: true, projects: [] }
  const second = { id: 'id-2', name: 'two', description: null, isPublic: false, projects: ['p'] }
  assert.deepEqual(
    [one, two],
    [
      { ...common, ...first },
      { ...common, ...second },
    ],
  )
})

test('at most one type is the default, and it is public', async () => {
  const file = makeFile()
  file.set([{ id: 'id-1', name: 'one' }])
  const defaults = (await file.open().list()).filter(type => type.isDefault)
  assert.ok(defaults.length <= 1 && defaults.every(type => type.isPublic))
})

test('a change takes effect at the next call', async () => {
  const file = makeFile()
  file.set([{ id: '1', name: 'one' }])
  const source = file.open()
  assert.equal(addedNames(await source.list()).length, 1)
  file.set([
    { id: '1', name: 'one' },
    { id: '2', name: 'two' },
  ])
  assert.equal(addedNames(await source.list()).length, 2)
})

test('an invalid change keeps the last valid list, and is reported once', async () => {
  const file = makeFile()
  file.set([{ id: '1', name: 'one' }])
  const source = file.open()
  await source.list()
  file.break()
  assert.equal(addedNames(await source.list()).length, 1)
  assert.equal(addedNames(await source.list()).length, 1)
  assert.equal(file.reports.length, 1)
  assert.match(file.reports[0]!, /stays in use/)
})

test('a source without a valid list throws a sentence', async () => {
  const file = makeFile()
  file.break()
  await assert.rejects(file.open().list(), /cannot be used/)
})
