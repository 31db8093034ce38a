import { randomUUID } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  newId: makeIds(),
}

/**
 * Makes version 7 UUIDs. The 12 bits after the time count up within a millisecond, and the time never goes back even if the
 * system clock does, so later ids sort after earlier ones.
 */
function makeIds(): () => string {
  let atMs = 0
  let count = 0
  return () => {
    const nowMs = Date.now()
    count = nowMs > atMs ? 0 : count + 1
    atMs = Math.max(atMs, nowMs) + (count >> 12)
    count &= 0xfff
    const time = atMs.toString(16).padStart(12, '0')
    const counter = count.toString(16).padStart(3, '0')
    // The end of a random UUID is the same in both versions. Node keeps random bytes in stock for these.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${randomUUID().slice(19)}`
  }
}
