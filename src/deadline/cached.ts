import { TooLate, within } from './within.ts'

export type Ages = Readonly<{
  /** From this age on, the value is requested again in the background, while the cached one is returned. */
  refreshMs: number
  /** Above this age, calls wait for a new value. */
  ageMsMax: number
  /** Above this age, the cached value is not returned at all. */
  staleMsMax: number
  /** How long a strict call waits for a new value. */
  waitMs: number
  /** How long a lenient call waits for a new value before it uses the cached one. */
  readWaitMs: number
}>

/** A value with its age in seconds if the service is away; undefined if it is current. */
export type LastKnown<T> = Readonly<{ value: T; staleSeconds: number | undefined }>

export type Cached<T> = Readonly<{
  /** Returns a current value. Fails if the service is away, or does not answer in time. */
  current(): Promise<T>
  /** Returns a current value, or while the service is away the last known one for a limited time. */
  lastKnown(): Promise<LastKnown<T>>
}>

/** What a cache tells about the service that it requests values from. */
export type CachedService = Readonly<{
  failed(error: unknown): void
  succeeded(): void
  /** The error for a service that does not answer in time. */
  tooLate(cause: TooLate): Error
}>

/**
 * Reports the outage of a service once, and its end. Several caches can share it.
 *
 * @param consequence what an outage means: 'Flavors cannot be refreshed.'
 */
export function reportOutages(
  service: string,
  consequence: string,
  report: (problem: string) => void,
): Pick<CachedService, 'failed' | 'succeeded'> {
  let isAway = false
  return {
    failed(error) {
      if (!isAway) report(`${(error as Error).message}${causeOf(error)} ${consequence}`)
      isAway = true
    },
    succeeded() {
      if (isAway) report(`${service} is available again.`)
      isAway = false
    },
  }
}

const causeOf = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''

/** For this time after a failed request, lenient calls do not wait for another one. */
const pauseMs = 5000

/**
 * Caches a value. Concurrent calls share one request. The age counts from the beginning of a request, so that a value
 * that changes during the request is never considered current for too long.
 */
export function cached<T>(
  request: () => Promise<T>,
  ages: Ages,
  nowMs: () => number,
  service: CachedService,
): Cached<T> {
  let cache: { value: T; requestedMs: number } | undefined
  let pendingRequest: Promise<T> | undefined
  let failedMs: number | undefined

  const refresh = (): Promise<T> => {
    pendingRequest ??= requestValue().finally(() => {
      pendingRequest = undefined
    })
    return pendingRequest
  }
  const requestValue = async () => {
    const requestedMs = nowMs()
    try {
      const value = await request()
      cache = { value, requestedMs }
      service.succeeded()
      failedMs = undefined
      return value
    } catch (error) {
      service.failed(error)
      failedMs = nowMs()
      throw error
    }
  }

  const age = () => (cache ? nowMs() - cache.requestedMs : Number.POSITIVE_INFINITY)

  const current = async (waitMs: number): Promise<T> => {
    if (!cache || age() > ages.ageMsMax) return inTime(waitMs, refresh(), service)
    // A failure is reported, and the next call that has to wait gets it as well.
    if (age() >= ages.refreshMs) refresh().catch(() => {})
    return cache.value
  }

  return {
    current: () => current(ages.waitMs),
    async lastKnown() {
      const justFailed = failedMs !== undefined && nowMs() - failedMs < pauseMs
      const fallback = cachedWithAge()
      if (fallback && justFailed && age() > ages.ageMsMax) return fallback
      try {
        return { value: await current(fallback ? ages.readWaitMs : ages.waitMs), staleSeconds: undefined }
      } catch (error) {
        if (fallback) return fallback
        throw error
      }
    },
  }

  function cachedWithAge() {
    if (!cache || age() > ages.staleMsMax) return undefined
    return { value: cache.value, staleSeconds: Math.floor(age() / 1000) }
  }
}

/** Waits for a request. After a timeout, the request itself continues. */
const inTime = <T>(waitMs: number, pendingRequest: Promise<T>, service: CachedService): Promise<T> =>
  within(waitMs, pendingRequest, 'no answer').catch(cause => {
    throw cause instanceof TooLate ? service.tooLate(cause) : cause
  })
