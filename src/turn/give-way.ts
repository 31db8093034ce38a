import { setImmediate } from 'node:timers/promises'

/** So long may work go on before other requests are let run. */
const sliceMsMax = 4

/** Returns a function that lets other requests run if this work has gone on for long. */
export function openGiveWay(): () => Promise<void> {
  let untilMs = performance.now() + sliceMsMax
  return async () => {
    if (performance.now() < untilMs) return
    await setImmediate()
    untilMs = performance.now() + sliceMsMax
  }
}
