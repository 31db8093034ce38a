import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { startFakeCinder } from '../../test/outside/cinder.ts'
import { keystoneSession } from '../../test/outside/keystone-session.ts'
import { openCatalogue } from '../flavor-catalogue/catalogue.ts'
import type { VolumeType } from '../model/volume-type.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { volumeTypeSources } from './index.ts'

type TypeEntry = Pick<VolumeType, 'id' | 'name'> & { description?: string; projects?: string[] }

/** Controls a source in a test. A source without a bench fails the test below. */
type Bench = {
  set(types: readonly TypeEntry[]): void
  break(): void
  open(): VolumeTypeSource
  reports: string[]
  /** Matches the report when the source can no longer be read. */
  outageReport: RegExp
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-volume-types-'))
})
after(() => rmSync(folder, { recursive: true }))

const benches: Readonly<Record<keyof typeof volumeTypeSources, (t: TestContext) => Promise<Bench>>> = {
  async file() {
    const file = join(folder, `${Math.random()}.yaml`)
    const reports: string[] = []
    return {
      reports,
      outageReport: /stays in use/,
      set: types => writeFileSync(file, JSON.stringify({ flavors: [], volume_types: types })),
      break: () => writeFileSync(file, 'flavors: ['),
      open: () => volumeTypeSources.file({ catalogue: openCatalogue(file, problem => reports.push(problem)) }),
    }
  },
  async cinder(t) {
    const { session } = await keystoneSession(t)
    const cinder = await startFakeCinder()
    t.after(() => cinder.stop())
    const where = { url: cinder.url, serviceType: 'volumev3', interface: 'public', region: undefined }
    const ages = { refreshMs: 0, ageMsMax: 0, staleMsMax: 60_000, waitMs: 5000, readWaitMs: 5000 }
    const reports: string[] = []
    let nowMs = 0
    return {
      reports,
      outageReport: /cannot be refreshed/,
      set(types) {
        cinder.types.splice(0, Number.POSITIVE_INFINITY, ...types)
        cinder.defaultId.now = types[0]?.id
      },
      break() {
        cinder.mode.now = 'fail'
      },
      open: () =>
        volumeTypeSources.cinder({ ...where, ages }, session, { monotonicMs: () => nowMs++ }, problem =>
          reports.push(problem),
        ),
    }
  },
}

/** Lists types leniently, as read requests do. */
const listLeniently = async (source: VolumeTypeSource) =>
  (await source.lastKnown?.())?.volumeTypes ?? (await source.list())

test('every volume type source has a bench here', () => {
  assert.deepEqual(Object.keys(benches), Object.keys(volumeTypeSources))
})

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`volume type source ${name}`, () => {
    const addedNames = (types: readonly VolumeType[]) =>
      types.map(type => type.name).filter(name => name !== 'standard')

    test('lists every volume type, sorted by name', async t => {
      const bench = await makeBench(t)
      bench.set(['2', '10', 'b', 'a'].map(name => ({ id: `id-${name}`, name })))
      assert.deepEqual(addedNames(await bench.open().list()), ['10', '2', 'a', 'b'])
    })

    test('lists each type with its names, description and projects', async t => {
      const bench = await makeBench(t)
      bench.set([
        { id: 'id-1', name: 'one', description: 'The first' },
        { id: 'id-2', name: 'two', projects: ['p'] },
      ])
      const types = await bench.open().list()
      const [one, two] = ['one', 'two'].map(name => types.find(type => type.name === name)!)
      const { isDefault: _, ...first } = one!
      assert.deepEqual(first, { id: 'id-1', name: 'one', description: 'The first', isPublic: true, projects: [] })
      const second = { id: 'id-2', name: 'two', description: null, isPublic: false, projects: ['p'] }
      assert.deepEqual(two, { ...second, isDefault: false })
    })

    test('at most one type is the default, and it is public', async t => {
      const bench = await makeBench(t)
      bench.set([{ id: 'id-1', name: 'one' }])
      const defaults = (await bench.open().list()).filter(type => type.isDefault)
      assert.equal(defaults.length, 1)
      assert.ok(defaults[0]!.isPublic)
    })

    test('a change takes effect at the next call', async t => {
      const bench = await makeBench(t)
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      assert.equal(addedNames(await source.list()).length, 1)
      bench.set([
        { id: '1', name: 'one' },
        { id: '2', name: 'two' },
      ])
      assert.equal(addedNames(await source.list()).length, 2)
    })

    test('a source that can no longer be read continues with its last valid list, and reports that once', async t => {
      const bench = await makeBench(t)
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      await source.list()
      bench.break()
      assert.equal(addedNames(await listLeniently(source)).length, 1)
      assert.equal(addedNames(await listLeniently(source)).length, 1)
      assert.equal(bench.reports.length, 1)
      assert.match(bench.reports[0]!, bench.outageReport)
    })

    test('a source without a valid list throws a sentence', async t => {
      const bench = await makeBench(t)
      bench.break()
      await assert.rejects(bench.open().list(), /^Fault: \S.*\.$/)
    })
  })
}
