import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCatalogueFile } from './read-file.ts'

const flavors = (count: number) =>
  `flavors:\n${Array.from({ length: count }, (_, n) => `  - { id: "f${n}", name: "n${n}", vcpus: 1, ram: 256, disk: 1 }\n`).join('')}`

test('twenty thousand flavors can be read, and no more', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-catalogue-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'flavors.yaml')
  const options = { flavorsElsewhere: false }
  writeFileSync(file, flavors(20_000))
  assert.equal((await readCatalogueFile(file, options)).flavors.length, 20_000)
  writeFileSync(file, flavors(20_001))
  await assert.rejects(
    readCatalogueFile(file, options),
    /line 20002, .*20001 entries under 'flavors:'; at most 20000 are allowed/,
  )
})
