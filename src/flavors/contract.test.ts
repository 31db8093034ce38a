import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openCatalogue } from '../flavor-catalogue/catalogue.ts'
import type { Flavor } from '../model/flavor.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { flavorSources } from './index.ts'

/** How each source is brought to a state: a source that is not here has no contract test, and that fails below. */
type Bench = {
  set(flavors: readonly Pick<Flavor, 'id' | 'name'>[]): void
  break(): void
  open(): FlavorSource
  said: string[]
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-flavors-'))
})
after(() => rmSync(folder, { recursive: true }))

const benches: Readonly<Record<string, () => Bench>> = {
  file: () => {
    const flavorsFile = join(folder, `${Math.random()}.yaml`)
    const said: string[] = []
    return {
      said,
      set: flavors =>
        writeFileSync(
          flavorsFile,
          JSON.stringify({ flavors: flavors.map(flavor => ({ ...flavor, vcpus: 1, ram: 1 })) }),
        ),
      break: () => writeFileSync(flavorsFile, 'flavors: ['),
      open: () => flavorSources.file!({ catalogue: openCatalogue(flavorsFile, problem => said.push(problem)) }),
    }
  },
}

test('every flavor source has a bench here', () => {
  assert.deepEqual(Object.keys(benches), Object.keys(flavorSources))
})

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`flavor source ${name}`, () => {
    test('lists every flavor, by id ascending', async () => {
      const bench = makeBench()
      bench.set(['2', '10', 'b', 'a'].map(id => ({ id, name: `n${id}` })))
      const flavors = await bench.open().list()
      assert.deepEqual(
        flavors.map(flavor => flavor.id),
        ['10', '2', 'a', 'b'],
      )
    })

    test('a change counts from the next call on', async () => {
      const bench = makeBench()
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      assert.equal((await source.list()).length, 1)
      bench.set([
        { id: '1', name: 'one' },
        { id: '2', name: 'two' },
      ])
      assert.equal((await source.list()).length, 2)
    })

    test('a change that cannot be read keeps the last good list, and says so once', async () => {
      const bench = makeBench()
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      await source.list()
      bench.break()
      assert.equal((await source.list()).length, 1)
      assert.equal((await source.list()).length, 1)
      assert.equal(bench.said.length, 1)
      assert.match(bench.said[0]!, /stays in use/)
    })

    test('without a good list to begin with it throws a sentence', async () => {
      const bench = makeBench()
      bench.break()
      await assert.rejects(bench.open().list(), /cannot be used/)
    })
  })
}
