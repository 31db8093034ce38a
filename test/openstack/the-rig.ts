import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after } from 'node:test'
import { allProcesses } from '../../src/compute/local/host/processes.ts'
import { type Rig, startRig } from './rig.ts'

let started: Promise<Rig> | undefined

/** The rig that all tests of a run share; whoever asks first starts it, and it ends with the last test. */
export function theRig(): Promise<Rig> {
  const startedAtMs = performance.now()
  const seconds = () => Math.round((performance.now() - startedAtMs) / 1000)
  started ??= startRig(progress => console.log(`[${seconds()} s] ${progress}`))
  return started
}

after(async () => {
  const rig = await started?.catch(() => undefined)
  if (!rig) return
  await rig.stop()
  const left = allProcesses().filter(({ command }) => rig.folders.some(folder => command().includes(folder)))
  assert.deepEqual(left, [], 'what was started is stopped')
  assert.deepEqual(rig.folders.filter(existsSync), [], 'and leaves no folder')
})
