import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openCatalogue } from '../flavor-catalogue/catalogue.ts'
import type { VolumeType } from '../model/volume-type.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { openVolumeTypeFile } from './file/source.ts'

type TypeEntry = Pick<VolumeType, 'id' | 'name'> & Partial<Pick<VolumeType, 'description' | 'projects'>>

/** Controls a source in a test. */
type Bench = {
  set(types: readonly TypeEntry[]): void
  break(): void
  open(): VolumeTypeSource
  reports: string[]
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-volume-types-'))
})
after(() => rmSync(folder, { recursive: true }))

const benches: Readonly<Record<string, () => Bench>> = {
  file: () => {
    const file = join(folder, `${Math.random()}.yaml`)
    const reports: string[] = []
    return {
      reports,
      set: types => writeFileSync(file, JSON.stringify({ flavors: [], volume_types: types })),
      break: () => writeFileSync(file, 'flavors: ['),
      open: () => openVolumeTypeFile(openCatalogue(file, problem => reports.push(problem))),
    }
  },
}

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`volume type source ${name}`, () => {
    const addedNames = (types: readonly VolumeType[]) =>
      types.map(type => type.name).filter(name => name !== 'standard')

    test('lists every volume type, sorted by name', async () => {
      const bench = makeBench()
      bench.set(['2', '10', 'b', 'a'].map(name => ({ id: `id-${name}`, name })))
      assert.deepEqual(addedNames(await bench.open().list()), ['10', '2', 'a', 'b'])
    })

    test('lists each type with its names, description and projects', async () => {
      const bench = makeBench()
      bench.set([
        { id: 'id-1', name: 'one', description: 'The first' },
        { id: 'id-2', name: 'two', projects: ['p'] },
      ])
      const [one, , two] = await bench.open().list()
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
      const bench = makeBench()
      bench.set([{ id: 'id-1', name: 'one' }])
      const defaults = (await bench.open().list()).filter(type => type.isDefault)
      assert.ok(defaults.length <= 1 && defaults.every(type => type.isPublic))
    })

    test('a change takes effect at the next call', async () => {
      const bench = makeBench()
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      assert.equal(addedNames(await source.list()).length, 1)
      bench.set([
        { id: '1', name: 'one' },
        { id: '2', name: 'two' },
      ])
      assert.equal(addedNames(await source.list()).length, 2)
    })

    test('an invalid change keeps the last valid list, and is reported once', async () => {
      const bench = makeBench()
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      await source.list()
      bench.break()
      assert.equal(addedNames(await source.list()).length, 1)
      assert.equal(addedNames(await source.list()).length, 1)
      assert.equal(bench.reports.length, 1)
      assert.match(bench.reports[0]!, /stays in use/)
    })

    test('a source without a valid list throws a sentence', async () => {
      const bench = makeBench()
      bench.break()
      await assert.rejects(bench.open().list(), /cannot be used/)
    })
  })
}
