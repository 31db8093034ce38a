import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { keystoneSession } from '../../test/outside/keystone-session.ts'
import { startFakeNova } from '../../test/outside/nova.ts'
import { openCatalogue } from '../flavor-catalogue/catalogue.ts'
import type { Flavor } from '../model/flavor.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { flavorSources } from './index.ts'

/** Controls a source in a test. A source without a bench fails the test below. */
type Bench = {
  set(flavors: readonly Pick<Flavor, 'id' | 'name'>[]): void
  break(): void
  open(): FlavorSource
  reports: string[]
  /** Matches the report when the source can no longer be read. */
  outageReport: RegExp
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-flavors-'))
})
after(() => rmSync(folder, { recursive: true }))

const benches: Readonly<Record<keyof typeof flavorSources, (t: TestContext) => Promise<Bench>>> = {
  async file() {
    const flavorsFile = join(folder, `${Math.random()}.yaml`)
    const reports: string[] = []
    return {
      reports,
      outageReport: /stays in use/,
      set: flavors =>
        writeFileSync(
          flavorsFile,
          JSON.stringify({ flavors: flavors.map(flavor => ({ ...flavor, vcpus: 1, ram: 1 })) }),
        ),
      break: () => writeFileSync(flavorsFile, 'flavors: ['),
      open: () => flavorSources.file({ catalogue: openCatalogue(flavorsFile, problem => reports.push(problem)) }),
    }
  },
  async nova(t) {
    const { session } = await keystoneSession(t)
    const nova = await startFakeNova()
    t.after(() => nova.stop())
    const ages = { refreshMs: 0, ageMsMax: 0, staleMsMax: 60_000, waitMs: 5000, readWaitMs: 5000 }
    const where = { url: nova.url, serviceType: 'compute', interface: 'public', region: undefined, version: '2.61' }
    const reports: string[] = []
    let nowMs = 0
    return {
      reports,
      outageReport: /cannot be refreshed/,
      set: flavors => nova.flavors.splice(0, Number.POSITIVE_INFINITY, ...flavors),
      break: () => {
        nova.mode.now = 'fail'
      },
      open: () => {
        const clock = { monotonicMs: () => nowMs++ }
        return flavorSources.nova({ ...where, ages }, session, clock, problem => reports.push(problem))
      },
    }
  },
}

/** Lists flavors leniently, as read requests do. */
const listLeniently = async (source: FlavorSource) => (await source.lastKnown?.())?.flavors ?? (await source.list())

test('every flavor source has a bench here', () => {
  assert.deepEqual(Object.keys(benches), Object.keys(flavorSources))
})

for (const [name, makeBench] of Object.entries(benches)) {
  describe(`flavor source ${name}`, () => {
    test('lists every flavor, sorted by id', async t => {
      const bench = await makeBench(t)
      bench.set(['2', '10', 'b', 'a'].map(id => ({ id, name: `n${id}` })))
      const flavors = await bench.open().list()
      assert.deepEqual(
        flavors.map(flavor => flavor.id),
        ['10', '2', 'a', 'b'],
      )
    })

    test('a change takes effect at the next call', async t => {
      const bench = await makeBench(t)
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      assert.equal((await source.list()).length, 1)
      bench.set([
        { id: '1', name: 'one' },
        { id: '2', name: 'two' },
      ])
      assert.equal((await source.list()).length, 2)
    })

    test('a source that can no longer be read continues with its last valid list, and reports that once', async t => {
      const bench = await makeBench(t)
      bench.set([{ id: '1', name: 'one' }])
      const source = bench.open()
      await source.list()
      bench.break()
      assert.equal((await listLeniently(source)).length, 1)
      assert.equal((await listLeniently(source)).length, 1)
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
