import type { Clock } from '../../ports/clock.ts'
import { type Bucket, fill, type RateLimit } from '../../rules/rate-limit.ts'

export type Rates = Readonly<{ get: number; post: number; put: number; delete: number; mgmtPost: number }>

const anyPath = () => true
const mgmtPath = (path: string) => path.startsWith('/mgmt')

/** Trove's five limits, in its order. */
const limitsOf = (rates: Rates): RateLimit[] => [
  { verb: 'POST', uri: '*', perMinute: rates.post, matches: anyPath },
  { verb: 'PUT', uri: '*', perMinute: rates.put, matches: anyPath },
  { verb: 'DELETE', uri: '*', perMinute: rates.delete, matches: anyPath },
  { verb: 'GET', uri: '*', perMinute: rates.get, matches: anyPath },
  { verb: 'POST', uri: '*/mgmt', perMinute: rates.mgmtPost, matches: mgmtPath },
]

const projectsMax = 10_000

export type RateLimits = Readonly<{
  /** Returns the body and the waiting time of a refusal; undefined if the request is within its limits. */
  refuse(projectId: string, verb: string, path: string): { body: object; waitSeconds: number } | undefined
  /** The entries of `/limits` for this project. */
  describe(projectId: string): readonly Readonly<{ verb: string }>[]
}>

/** Counts the requests of each project in the memory of this process. Without `rates`, requests are not limited. */
export function openRateLimits(rates: Rates | undefined, clock: Pick<Clock, 'now' | 'monotonicMs'>): RateLimits {
  if (!rates) return { refuse: () => undefined, describe: () => [] }
  const limits = limitsOf(rates)
  const buckets = new Map<string, Map<RateLimit, Bucket>>()
  const bucketsOf = (projectId: string) => {
    const ofProject = buckets.get(projectId) ?? new Map<RateLimit, Bucket>()
    // The project with the oldest request is dropped first, so that memory stays bounded.
    buckets.delete(projectId)
    buckets.set(projectId, ofProject)
    if (buckets.size > projectsMax) buckets.delete(buckets.keys().next().value!)
    return ofProject
  }
  return {
    refuse(projectId, verb, path) {
      const own = bucketsOf(projectId)
      let refused: { body: object; waitSeconds: number } | undefined
      for (const limit of limits) {
        if (limit.verb !== verb || !limit.matches(path)) continue
        const { bucket, waitSeconds } = fill(own.get(limit), limit, clock.monotonicMs())
        own.set(limit, bucket)
        if (waitSeconds > 0 && waitSeconds > (refused?.waitSeconds ?? 0))
          refused = { waitSeconds, body: refusal(limit, waitSeconds) }
      }
      return refused
    },
    describe(projectId) {
      const own = bucketsOf(projectId)
      return limits.map(limit => {
        const bucket = own.get(limit)
        const waitMs = bucket ? bucket.nextAtMs - clock.monotonicMs() : 0
        return {
          nextAvailable: `${new Date(clock.now().getTime() + waitMs).toISOString().slice(0, 19)}Z`,
          remaining: bucket?.remaining ?? limit.perMinute,
          unit: 'MINUTE',
          value: limit.perMinute,
          verb: limit.verb,
          uri: limit.uri,
          regex: limit.matches === mgmtPath ? '^/mgmt' : '.*',
        }
      })
    },
  }
}

const refusal = (limit: RateLimit, waitSeconds: number) => ({
  overLimit: {
    code: 413,
    message: 'This request was rate-limited.',
    details: `Only ${limit.perMinute} ${limit.verb} request(s) can be made to ${limit.uri} every minute.`,
    retryAfter: String(Math.ceil(waitSeconds)),
  },
})
