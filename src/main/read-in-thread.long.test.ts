import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
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

/** How long the event loop of this thread stood still at most meanwhile. */
async function stillMs(work: () => Promise<unknown>): Promise<number> {
  let [lastMs, longestMs, isGoing] = [performance.now(), 0, true]
  const tick = () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs)
    lastMs = performance.now()
    if (isGoing) setTimeout(tick, 1)
  }
  tick()
  await setTimeoutPromise(5)
  await work()
  await setTimeoutPromise(5)
  isGoing = false
  return longestMs
}

// As fast as this machine is just now, so the two are compared, and not with a clock on the wall.
test('five thousand flavors keep this thread for a fraction of the time that reading them takes', async t => {
  writeFileSync(file, flavors(5000))
  const hereMs = await stillMs(() => readCatalogueFile(file, options))
  const thereMs = Math.min(
    await stillMs(() => readInThread(file, options)),
    await stillMs(() => readInThread(file, options)),
    await stillMs(() => readInThread(file, options)),
  )
  t.diagnostic(
    `5,000 flavors: the event loop stood still for ${thereMs.toFixed(0)} ms, and for ${hereMs.toFixed(0)} ms without a thread`,
  )
  assert.ok(thereMs < hereMs / 4, `${thereMs} ms of ${hereMs} ms`)
})
