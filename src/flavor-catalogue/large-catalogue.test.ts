import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openCatalogue } from './catalogue.ts'
import { readCatalogueFile } from './read-file.ts'

const flavors = (count: number, ram = 256) =>
  `flavors:\n${Array.from({ length: count }, (_, n) => `  - { id: "f${n}", name: "n${n}", vcpus: 1, ram: ${ram}, disk: 1 }\n`).join('')}`

/** A catalogue whose large files are read elsewhere, when the test says so. */
async function bench(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-catalogue-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'flavors.yaml')
  const said: string[] = []
  const begun: { go(): void }[] = []
  let failure: Error | undefined
  const catalogue = openCatalogue(file, message => said.push(message), {
    flavorsElsewhere: false,
    readElsewhere: async (file, options) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      begun.push({ go: resolve })
      await promise
      if (failure) throw failure
      return readCatalogueFile(file, options)
    },
  })
  writeFileSync(file, flavors(1000))
  const count = async () => (await catalogue.read()).flavors.length
  assert.equal(await count(), 1000)
  /** Lets what was begun end, and whatever waits for it. */
  const end = async () => {
    begun.at(-1)!.go()
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  }
  const fail = (error: Error | undefined) => {
    failure = error
  }
  return { file, said, begun, count, end, fail }
}

test('while a large file is read, everybody goes on with what was there before; it is read once', async t => {
  const { file, begun, count, end } = await bench(t)
  writeFileSync(file, flavors(2000))
  assert.deepEqual(await Promise.all([count(), count(), count()]), [1000, 1000, 1000])
  assert.equal(begun.length, 1)
  await end()
  assert.equal(await count(), 2000)
  assert.equal(begun.length, 1)
})

test('a file that is saved again while it is read is read again', async t => {
  const { file, begun, count, end } = await bench(t)
  writeFileSync(file, flavors(2000))
  await count()
  writeFileSync(file, flavors(3000))
  await end()
  await count()
  await end()
  assert.deepEqual([await count(), begun.length], [3000, 2])
})

test('a large file that is wrong keeps what was good, and is told of once; so is its mending', async t => {
  const { file, said, count, end } = await bench(t)
  writeFileSync(file, `${flavors(1000)}  - { id: x }\n`)
  await count()
  await end()
  assert.deepEqual([await count(), await count()], [1000, 1000])
  assert.equal(said.length, 1)
  assert.match(said[0]!, /line 1002, column \d+: flavor 1001: .* The previous version stays in use/)
  writeFileSync(file, flavors(1500))
  await count()
  await end()
  assert.equal(await count(), 1500)
  assert.match(said[1]!, /is valid again/)
})

test('too many open files are no word about this one: it is neither told nor forgotten', async t => {
  const { file, said, begun, count, end, fail } = await bench(t)
  fail(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
  writeFileSync(file, flavors(1500))
  await count()
  await end()
  fail(undefined)
  assert.deepEqual(said, [])
  // Not with each request, but again.
  assert.deepEqual([await count(), begun.length], [1000, 1])
})
