import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readCatalogueFile } from '../flavor-catalogue/read-file.ts'
import { readInThread } from './read-in-thread.ts'

let file: string
let folder: string
const options = { flavorsElsewhere: false }
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-thread-'))
  file = join(folder, 'flavors.yaml')
})
after(() => rmSync(folder, { recursive: true }))

const flavors = (count: number) =>
  `flavors:\n${Array.from({ length: count }, (_, n) => `  - { id: "f${n}", name: "n${n}", vcpus: 1, ram: 512, extra_specs: { tier: gold } }\n`).join('')}`

test('reading in a thread has the same result as reading here', async () => {
  writeFileSync(file, `${flavors(1200)}volume_types:\n  - { name: fast, description: SSD }\n`)
  assert.deepEqual(await readInThread(file, options), await readCatalogueFile(file, options))
})

test('problems are reported with the same message', async () => {
  for (const text of ['flavors: [', 'flavors: [{ id: 1 }]', '['.repeat(1000)]) {
    writeFileSync(file, text)
    const here = await readCatalogueFile(file, options).catch((error: Error) => error)
    await assert.rejects(readInThread(file, options), { name: 'Fault', message: (here as Error).message })
  }
  await assert.rejects(readInThread(join(folder, 'none'), options), /file not found/)
})
