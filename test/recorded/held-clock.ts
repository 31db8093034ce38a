import { systemClock } from '../../src/main/system-clock.ts'
import type { Ports } from '../../src/ports/ports.ts'

export type HeldClock = Ports['clock'] & Readonly<{ forward(milliseconds: number): void }>

/** A clock that stands still between steps. */
export function heldClock(): HeldClock {
  let now = Date.parse('2026-11-23T06:25:32Z')
  return {
    now: () => new Date(now),
    monotonicMs: () => now,
    newId: systemClock.newId,
    forward(milliseconds) {
      now += milliseconds
    },
  }
}
