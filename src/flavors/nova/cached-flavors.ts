import { TooLate, within } from '../../deadline/within.ts'
import { Fault } from '../../model/fault.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

export type Ages = Readonly<{
  /** From this age on, flavors are requested again in the background, while the cached ones are returned. */
  refreshMs: number
  /** Above this age, calls wait for new flavors. */
  ageMsMax: number
  /** Above this age, cached flavors are not returned at all. */
  staleMsMax: number
  /** How long a strict call waits for new flavors. */
  waitMs: number
  /** How long a lenient call waits for new flavors before it uses the cached ones. */
  readWaitMs: number
}>

/** For this time after a failed request, lenient calls do not wait for another one. */
const pauseMs = 5000

/**
 * Caches flavors. Concurrent calls share one request. The age counts from the beginning of a request, so that flavors
 * that change during the request are never considered current for too long.
 */
export function cacheFlavors(
  fetchFlavors: () => Promise<readonly Flavor[]>,
  ages: Ages,
  nowMs: () => number,
  report: (problem: string) => void,
): Required<FlavorSource> {
  let cache: { flavors: readonly Flavor[]; requestedMs: number } | undefined
  let pendingRequest: Promise<readonly Flavor[]> | undefined
  let failedMs: number | undefined

  const refresh = (): Promise<readonly Flavor[]> => {
    pendingRequest ??= request().finally(() => {
      pendingRequest = undefined
    })
    return pendingRequest
  }
  const request = async () => {
    const requestedMs = nowMs()
    try {
      const flavors = await fetchFlavors()
      cache = { flavors, requestedMs }
      if (failedMs !== undefined) report('Nova is available again.')
      failedMs = undefined
      return flavors
    } catch (error) {
      if (failedMs === undefined) report(`${(error as Error).message}${causeOf(error)} Flavors cannot be refreshed.`)
      failedMs = nowMs()
      throw error
    }
  }

  const age = () => (cache ? nowMs() - cache.requestedMs : Number.POSITIVE_INFINITY)

  const list = async (waitMs: number): Promise<readonly Flavor[]> => {
    if (!cache || age() > ages.ageMsMax) return inTime(waitMs, refresh())
    // A failure is reported, and the next call that has to wait gets it as well.
    if (age() >= ages.refreshMs) refresh().catch(() => {})
    return cache.flavors
  }

  return {
    list: () => list(ages.waitMs),
    async lastKnown() {
      const justFailed = failedMs !== undefined && nowMs() - failedMs < pauseMs
      const fallback = cachedWithAge()
      if (fallback && justFailed && age() > ages.ageMsMax) return fallback
      try {
        return { flavors: await list(fallback ? ages.readWaitMs : ages.waitMs), staleSeconds: undefined }
      } catch (error) {
        if (fallback) return fallback
        throw error
      }
    },
  }

  function cachedWithAge() {
    if (!cache || age() > ages.staleMsMax) return undefined
    return { flavors: cache.flavors, staleSeconds: Math.floor(age() / 1000) }
  }
}

const causeOf = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''

/** Waits for a request. After a timeout, the request itself continues. */
const inTime = (waitMs: number, pendingRequest: Promise<readonly Flavor[]>): Promise<readonly Flavor[]> =>
  within(waitMs, pendingRequest, 'no answer').catch(cause => {
    if (!(cause instanceof TooLate)) throw cause
    throw new Fault('Nova is unreachable.', { cause, status: 503, retryAfterSeconds: 10 })
  })
