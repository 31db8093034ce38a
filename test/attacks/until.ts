import { setTimeout } from 'node:timers/promises'

/** Resolves once it is so. Rejects when it is not within the time. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > giveUpAtMs) throw new Error(`${what}: not within ${withinMs} ms`)
    await setTimeout(20)
  }
}
