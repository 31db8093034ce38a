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

/** The longest time for which the event loop of this thread was blocked meanwhile. */
async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
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

// Compares the two ways with each other, not with a fixed time: the speed of the machine varies.
test('reading 5000 flavors in a thread blocks this one for a fraction of the time', async t => {
  writeFileSync(file, flavors(5000))
  const hereMs = await longestBlockMs(() => readCatalogueFile(file, options))
  const thereMs = Math.min(
    await longestBlockMs(() => readInThread(file, options)),
    await longestBlockMs(() => readInThread(file, options)),
    await longestBlockMs(() => readInThread(file, options)),
  )
  t.diagnostic(
    `5,000 flavors: the event loop was blocked for ${thereMs.toFixed(0)} ms, and for ${hereMs.toFixed(0)} ms without a thread`,
  )
  assert.ok(thereMs < hereMs / 4, `${thereMs} ms of ${hereMs} ms`)
})
