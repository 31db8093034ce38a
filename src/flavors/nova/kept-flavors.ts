import { TooLate, within } from '../../deadline/within.ts'
import { Fault } from '../../model/fault.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

export type Ages = Readonly<{
  /** From this age on flavors are asked for anew, while those that are there are given out. */
  refreshMs: number
  /** Above this age they are waited for. */
  ageMsMax: number
  /** Above this age nobody gets them any more. */
  staleMsMax: number
  /** How long somebody waits for them who must have them. */
  waitMs: number
  /** How long somebody who only looks waits before those that are there will do. */
  lookMs: number
}>

/** After a question that failed, those who only look do not wait for the next one so soon. */
const pauseMs = 5000

/**
 * Flavors that are asked for by one question at a time, however many wait, and are kept between questions. The age is
 * counted from when the question was put, so that what changed after it is never taken for known.
 */
export function keepFlavors(
  ask: () => Promise<readonly Flavor[]>,
  ages: Ages,
  nowMs: () => number,
  say: (problem: string) => void,
): Required<FlavorSource> {
  let kept: { flavors: readonly Flavor[]; askedMs: number } | undefined
  let asking: Promise<readonly Flavor[]> | undefined
  let failedMs: number | undefined

  const refresh = (): Promise<readonly Flavor[]> => {
    asking ??= put().finally(() => {
      asking = undefined
    })
    return asking
  }
  const put = async () => {
    const askedMs = nowMs()
    try {
      const flavors = await ask()
      kept = { flavors, askedMs }
      if (failedMs !== undefined) say('Nova answers again.')
      failedMs = undefined
      return flavors
    } catch (error) {
      if (failedMs === undefined) say(`${(error as Error).message}${reasonOf(error)} Flavors cannot be asked for.`)
      failedMs = nowMs()
      throw error
    }
  }

  const age = () => (kept ? nowMs() - kept.askedMs : Number.POSITIVE_INFINITY)

  const list = async (waitMs: number): Promise<readonly Flavor[]> => {
    if (!kept || age() > ages.ageMsMax) return inTime(waitMs, refresh())
    // Whoever asks next is told what comes of it; so is the log.
    if (age() >= ages.refreshMs) refresh().catch(() => {})
    return kept.flavors
  }

  return {
    list: () => list(ages.waitMs),
    async lastKnown() {
      const justFailed = failedMs !== undefined && nowMs() - failedMs < pauseMs
      const before = stillUseful()
      if (before && justFailed && age() > ages.ageMsMax) return before
      try {
        return { flavors: await list(before ? ages.lookMs : ages.waitMs), staleSeconds: undefined }
      } catch (error) {
        if (before) return before
        throw error
      }
    },
  }

  function stillUseful() {
    if (!kept || age() > ages.staleMsMax) return undefined
    return { flavors: kept.flavors, staleSeconds: Math.floor(age() / 1000) }
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''

/** The question goes on when somebody has waited long enough for it. */
const inTime = (waitMs: number, asked: Promise<readonly Flavor[]>): Promise<readonly Flavor[]> =>
  within(waitMs, asked, 'no answer').catch(cause => {
    if (!(cause instanceof TooLate)) throw cause
    throw new Fault('Nova is unreachable.', { cause, status: 503, retryAfterSeconds: 10 })
  })
