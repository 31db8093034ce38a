import { systemClock } from '../../src/main/compose.ts'
import type { Ports } from '../../src/ports/ports.ts'

/** A clock that stands still between steps. */
export function heldClock(): Ports['clock'] & { forward(milliseconds: number): void } {
  let now = Date.parse('2026-11-23T06:25:32Z')
  return {
    now: () => new Date(now),
    newId: systemClock.newId,
    forward(milliseconds) {
      now += milliseconds
    },
  }
}
