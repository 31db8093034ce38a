import type { Horizon } from '../../model/horizon.ts'
import type { InstanceId } from '../../model/ids.ts'
import { lookAgainMs } from './outcome.ts'
import { delayMaxMs } from './retry.ts'

/** Allows for small differences between the clocks of hosts, and for the time that the database takes. */
const toleranceMs = 10_000

const longestDelayMs = (healthMs: number) => Math.max(healthMs, lookAgainMs, delayMaxMs)

/** A host whose instances show no activity of a worker for this long has no active worker. */
export const silentMs = (healthMs: number): number => 2 * (longestDelayMs(healthMs) + toleranceMs)

/**
 * Returns how far ahead a time in the database can be. Hosts write these times with their own clocks, which may be wrong. A
 * time that is further ahead than the longest delay was written with a wrong clock.
 */
export const horizonOf = (nowMs: number, waits: { healthMs: number; claimMs: number }): Horizon => ({
  nowMs,
  nextMsMax: nowMs + longestDelayMs(waits.healthMs) + toleranceMs,
  claimMsMax: nowMs + waits.claimMs + toleranceMs,
})

export const isDue = (nextAtMs: number | null, { nowMs, nextMsMax }: Horizon): boolean =>
  nextAtMs !== null && (nextAtMs <= nowMs || nextAtMs > nextMsMax)

/**
 * True when a claim seems to have ended. If a clock was set ahead, its holder may still be working and renews the claim, so
 * another worker must first see that it is not renewed.
 */
export const seemsOver = (untilMs: number, { nowMs, claimMsMax }: Horizon): boolean =>
  untilMs < nowMs || untilMs > claimMsMax

/** A holder renews its claim this often. A claim that stays the same for `unchangedMs` therefore has no working holder. */
export const renewalMs = (claimMs: number): number => claimMs / 3
export const unchangedMs = (claimMs: number): number => claimMs / 2

/** More groups would give a worker with many instances too few of them at a time. */
const groupsMax = 60
const groupMsMin = 1000

/**
 * Returns when to check a healthy instance again: after at most `healthMs`, and always at the same point of this interval.
 * The point follows from the id, so the checks of all instances are spread over the interval even if they all start at once.
 */
export function nextCheckMs(id: InstanceId, nowMs: number, healthMs: number): number {
  const groupCount = Math.min(groupsMax, Math.max(1, Math.floor(healthMs / groupMsMin)))
  // The end of an id is random. Its start is the time of creation.
  const group = Number.parseInt(id.slice(-6), 16) % groupCount
  const latestMs = nowMs + healthMs
  return latestMs - ((latestMs - Math.floor((group * healthMs) / groupCount)) % healthMs)
}
