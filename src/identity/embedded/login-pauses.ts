import { createHash } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import { LoginPaused } from '../../ports/identity.ts'

/** So many wrong passwords in a row cost nothing: people mistype. */
const freeAttempts = 5
const firstPauseMs = 1000
const pauseMsMax = 30_000
/** After this long without a wrong password, all is forgotten. */
const forgetMs = 15 * 60_000
/** The pairs of user and address that are remembered; those that were quiet for longest are forgotten first. */
const pairsMax = 20_000
/** Logins of one pair that wait for others of the same pair to be answered. */
const waitingMax = 100

/** No pause, then 1 s, and twice as long each time, up to 30 s. */
const pauseMs = (failures: number): number =>
  failures < freeAttempts ? 0 : Math.min(firstPauseMs * 2 ** (failures - freeAttempts), pauseMsMax)

type Attempts = { failures: number; failedAtMs: number; inFlight: number; waiting: (() => void)[] }

/**
 * Slows down who tries passwords: after a few wrong ones, each further attempt for the same user from the same address has to
 * wait for a pause. Other users at that address, and that user at other addresses, notice nothing. Attempts during a pause
 * are turned away unseen: they count for nothing, and whether their password is right is not looked at.
 */
export function openLoginPauses(clock: Pick<Clock, 'monotonicMs'>) {
  const pairs = new Map<string, Attempts>()

  const attemptsOf = (key: string): Attempts => {
    const known = pairs.get(key)
    const isForgotten = known && known.inFlight === 0 && clock.monotonicMs() - known.failedAtMs > forgetMs
    const attempts = known && !isForgotten ? known : { failures: 0, failedAtMs: 0, inFlight: 0, waiting: [] }
    pairs.delete(key)
    pairs.set(key, attempts)
    if (pairs.size > pairsMax) pairs.delete(pairs.keys().next().value!)
    return attempts
  }

  /** Lets through so many at once as would be let through one after the other, or many would be tried before one fails. */
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
   * @param user who logs in, in the words of the request
   * @param from the address that the attempt comes from
   * @param check the attempt; undefined is a wrong one
   * @throws LoginPaused
   */
  return async <T>(user: object, from: string, check: () => Promise<T | undefined>): Promise<T | undefined> => {
    // A name may be as long as a request: its hash is not.
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
