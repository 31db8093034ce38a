/**
 * Trove's rate limit: a bucket a minute wide that each request fills by a 1/limit-th and that leaks as time passes, one
 * for each project and verb (trove@4cdc0cd common/limits.py). Pure: the caller keeps the buckets and holds the clock.
 */
export type RateLimit = Readonly<{ verb: string; uri: string; perMinute: number; matches: (path: string) => boolean }>
export type Bucket = Readonly<{ levelSeconds: number; filledAtMs: number; remaining: number; nextAtMs: number }>

const widthSeconds = 60
/** Drops such as 0.3 s add up inexactly; without this, every other `remaining` would be one too low. */
const roundingSeconds = 1e-9

/**
 * @param bucket what the last request left behind; undefined for the first one
 * @returns the bucket afterwards, and the seconds to wait when the request is over the limit
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
