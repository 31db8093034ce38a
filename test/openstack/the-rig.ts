import { after } from 'node:test'
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
  await (await started?.catch(() => undefined))?.stop()
})
