import { setTimeout } from 'node:timers/promises'

/** Asks again until it is so. */
export async function until(isSo: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`it was not so within ${withinMs} ms`)
    await setTimeout(100)
  }
}
