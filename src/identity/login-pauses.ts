import { createHash } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import { LoginPaused } from '../ports/identity.ts'

/** This many wrong passwords in a row have no effect, since people mistype. */
const freeAttempts = 5
const firstPauseMs = 1000
const pauseMsMax = 30_000
/** Wrong passwords are forgotten after this time without another one. */
const forgetMs = 15 * 60_000
/** The number of remembered pairs of user and address. The pairs without attempts for longest are dropped first. */
const pairsMax = 20_000
/** The number of logins of one pair that may wait for others of the same pair. */
const waitingMax = 100

/** First no pause, then 1 s, and twice as long each time, up to 30 s. */
const pauseMs = (failures: number): number =>
  failures < freeAttempts ? 0 : Math.min(firstPauseMs * 2 ** (failures - freeAttempts), pauseMsMax)

type Attempts = { failures: number; failedAtMs: number; inFlight: number; waiting: (() => void)[] }

/**
 * Slows down password guessing: after a few wrong passwords, each further attempt for the same user from the same address has
 * to wait. Other users at that address, and the same user at other addresses, are not affected. Attempts during a pause are
 * refused without checking the password, and do not count.
 */
export function openLoginPauses(clock: Pick<Clock, 'monotonicMs'>) {
  const pairs = new Map<string, Attempts>()

  const attemptsOf = (key: string): Attempts => {
    const earlier = pairs.get(key)
    const isExpired = earlier && earlier.inFlight === 0 && clock.monotonicMs() - earlier.failedAtMs > forgetMs
    const attempts = earlier && !isExpired ? earlier : { failures: 0, failedAtMs: 0, inFlight: 0, waiting: [] }
    pairs.delete(key)
    pairs.set(key, attempts)
    if (pairs.size > pairsMax) pairs.delete(pairs.keys().next().value!)
    return attempts
  }

  /** Admits as many attempts at once as one after the other. Otherwise many could be tried before the first one fails. */
  const admit = async (attempts: Attempts): Promise<void> => {
    for (;;) {
      const leftMs = attempts.failedAtMs + pauseMs(attempts.failures) - clock.monotonicMs()
      if (attempts.failures >= freeAttempts && leftMs > 0) throw new LoginPaused(Math.ceil(leftMs / 1000))
      if (attempts.inFlight === 0 || attempts.failures + attempts.inFlight < freeAttempts) {
        attempts.inFlight++
        return
      }
      if (attempts.waiting.length >= waitingMax) throw new LoginPaused(1)
      await new Promise<void>(resolve => attempts.waiting.push(resolve))
    }
  }

  /**
   * @param user the user, as named in the request
   * @param from the address of the client
   * @param check runs the attempt; undefined means a wrong password
   * @throws LoginPaused
   */
  return async <T>(user: object, from: string, check: () => Promise<T | undefined>): Promise<T | undefined> => {
    // Keep a hash, since a name may be as long as a request.
    const key = createHash('sha256')
      .update(JSON.stringify([user, from]))
      .digest('base64')
    const attempts = attemptsOf(key)
    await admit(attempts)
    try {
      const result = await check()
      if (result === undefined) {
        attempts.failures++
        attempts.failedAtMs = clock.monotonicMs()
      } else attempts.failures = 0
      return result
    } finally {
      attempts.inFlight--
      for (const wake of attempts.waiting.splice(0)) wake()
      if (attempts.failures === 0 && attempts.inFlight === 0 && pairs.get(key) === attempts) pairs.delete(key)
    }
  }
}
