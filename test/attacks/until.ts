import { setTimeout } from 'node:timers/promises'

/** Waits until a condition is true. Rejects if it is not within the time. */
export async function until(
  title: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > giveUpAtMs) throw new Error(`${title}: not within ${withinMs} ms`)
    await setTimeout(20)
  }
}
