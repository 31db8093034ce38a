import { systemClock } from '../../src/main/system-clock.ts'
import type { Clock } from '../../src/ports/clock.ts'

/** Two requests never share a millisecond, so each finds its rate's bucket empty. */
export function everLater(): Clock {
  let last = 0
  const laterMs = () => {
    last = Math.max(last + 1, Date.now())
    return last
  }
  return { now: () => new Date(laterMs()), monotonicMs: laterMs, newId: systemClock.newId }
}
