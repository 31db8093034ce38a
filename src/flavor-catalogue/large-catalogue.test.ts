import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openCatalogue } from './catalogue.ts'
import { readCatalogueFile } from './read-file.ts'

const flavors = (count: number, ram = 256) =>
  `flavors:\n${Array.from({ length: count }, (_, n) => `  - { id: "f${n}", name: "n${n}", vcpus: 1, ram: ${ram}, disk: 1 }\n`).join('')}`

/** A flavors file that is read elsewhere if it is large; the test decides when that ends. */
async function bench(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-catalogue-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'flavors.yaml')
  const reports: string[] = []
  const startedReads: { finish(): void }[] = []
  let failure: Error | undefined
  const catalogue = openCatalogue(file, message => reports.push(message), {
    flavorsElsewhere: false,
    readElsewhere: async (file, options) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      startedReads.push({ finish: resolve })
      await promise
      if (failure) throw failure
      return readCatalogueFile(file, options)
    },
  })
  writeFileSync(file, flavors(1000))
  const count = async () => (await catalogue.read()).flavors.length
  assert.equal(await count(), 1000)
  /** Finishes the last read, and lets everything that waits for it run. */
  const end = async () => {
    startedReads.at(-1)!.finish()
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  }
  const fail = (error: Error | undefined) => {
    failure = error
  }
  return { file, reports, startedReads, count, end, fail }
}

test('while a large file is read, requests use the previous content; it is read once', async t => {
  const { file, startedReads, count, end } = await bench(t)
  writeFileSync(file, flavors(2000))
  assert.deepEqual(await Promise.all([count(), count(), count()]), [1000, 1000, 1000])
  assert.equal(startedReads.length, 1)
  await end()
  assert.equal(await count(), 2000)
  assert.equal(startedReads.length, 1)
})

test('a file that is saved again while it is read is read again', async t => {
  const { file, startedReads, count, end } = await bench(t)
  writeFileSync(file, flavors(2000))
  await count()
  writeFileSync(file, flavors(3000))
  await end()
  await count()
  await end()
  assert.deepEqual([await count(), startedReads.length], [3000, 2])
})

test('an invalid large file keeps the previous content and is reported once; so is the fix', async t => {
  const { file, reports, count, end } = await bench(t)
  writeFileSync(file, `${flavors(1000)}  - { id: x }\n`)
  await count()
  await end()
  assert.deepEqual([await count(), await count()], [1000, 1000])
  assert.equal(reports.length, 1)
  assert.match(reports[0]!, /line 1002, column \d+: flavor 1001: .* The previous version stays in use/)
  writeFileSync(file, flavors(1500))
  await count()
  await end()
  assert.equal(await count(), 1500)
  assert.match(reports[1]!, /is valid again/)
})

test('a read that fails for lack of file descriptors is not reported, and is retried', async t => {
  const { file, reports, startedReads, count, end, fail } = await bench(t)
  fail(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
  writeFileSync(file, flavors(1500))
  await count()
  await end()
  fail(undefined)
  assert.deepEqual(reports, [])
  // It is retried after a pause, not with each request.
  assert.deepEqual([await count(), startedReads.length], [1000, 1])
})
