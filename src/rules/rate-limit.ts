/**
 * Trove's rate limit, a leaky bucket for each project and verb (trove@4cdc0cd common/limits.py). A bucket holds a minute;
 * each request adds 60 s / limit, and the level falls as time passes. The caller keeps the buckets and passes the time.
 */
export type RateLimit = Readonly<{ verb: string; uri: string; perMinute: number; matches: (path: string) => boolean }>
export type Bucket = Readonly<{ levelSeconds: number; filledAtMs: number; remaining: number; nextAtMs: number }>

const widthSeconds = 60
/** Sums of drops such as 0.3 s are inexact. Without this tolerance, every other `remaining` would be one too low. */
const roundingSeconds = 1e-9

/**
 * Counts one request.
 *
 * @param bucket the bucket after the previous request; undefined for the first request
 * @returns the new bucket, and the seconds to wait: 0 if the request is within the limit
 */
export function fill(
  bucket: Bucket | undefined,
  limit: RateLimit,
  nowMs: number,
): { bucket: Bucket; waitSeconds: number } {
  const drop = widthSeconds / limit.perMinute
  const leaked = bucket ? (nowMs - bucket.filledAtMs) / 1000 : 0
  const level = Math.max(0, (bucket?.levelSeconds ?? 0) - leaked) + drop
  const over = level - widthSeconds
  if (over > roundingSeconds) {
    const held = { levelSeconds: level - drop, filledAtMs: nowMs, remaining: 0, nextAtMs: nowMs + over * 1000 }
    return { bucket: held, waitSeconds: over }
  }
  const remaining = Math.floor(((widthSeconds - level + roundingSeconds) / widthSeconds) * limit.perMinute)
  return { bucket: { levelSeconds: level, filledAtMs: nowMs, remaining, nextAtMs: nowMs }, waitSeconds: 0 }
}
