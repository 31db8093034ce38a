import type { Horizon } from '../../model/horizon.ts'
import { lookAgainMs } from './outcome.ts'
import { delayMaxMs } from './retry.ts'

/** Clocks of hosts differ by a little, and a database takes a moment. */
const toleranceMs = 10_000

/**
 * How far ahead a time in the database can be. It was set by the clock of some host, and clocks are set back and ahead: what
 * is further away than anything waits was set by a clock that was wrong.
 */
export const horizonOf = (nowMs: number, waits: { healthMs: number; claimMs: number }): Horizon => ({
  nowMs,
  nextMsMax: nowMs + Math.max(waits.healthMs, lookAgainMs, delayMaxMs) + toleranceMs,
  claimMsMax: nowMs + waits.claimMs + toleranceMs,
})

export const isDue = (nextAtMs: number | null, { nowMs, nextMsMax }: Horizon): boolean =>
  nextAtMs !== null && (nextAtMs <= nowMs || nextAtMs > nextMsMax)

/**
 * Whether a claim seems to be over. It may be alive when the clock was set ahead: then its holder renews it, and whoever
 * wants to take it over has to see first that nobody does.
 */
export const seemsOver = (untilMs: number, { nowMs, claimMsMax }: Horizon): boolean =>
  untilMs < nowMs || untilMs > claimMsMax

/** A holder renews its claim this often, so one that stays the same for `unchangedMs` has no holder that works. */
export const renewalMs = (claimMs: number): number => claimMs / 3
export const unchangedMs = (claimMs: number): number => claimMs / 2
