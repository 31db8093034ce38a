import type { Socket } from 'node:net'
import { seconds, TooLate, within } from '../deadline/within.ts'
import { DatabaseAway, DatabaseBusy, DatabaseFull } from '../model/fault.ts'
import type { ConnectOptions } from './dialects/dialect.ts'

/** Watches over what is asked of a database server: nobody waits for ever, and an outage is told once. */
export type Reach = Readonly<{
  /** How long it may take to get a connection: to make one, or to wait for one that is free. */
  connectMs: number
  /** How long a session is to wait for a lock; as long as the server likes when undefined. */
  lockMs: number | undefined
  /**
   * A connection. Throws DatabaseBusy when all are in use, and DatabaseAway when there is none for another reason.
   *
   * @param options.giveBack what becomes of one that came too late
   * @param options.areAllInUse whether every connection that there may be is lent out just now
   */
  connected<C>(
    connect: () => Promise<C>,
    options: { giveBack(connection: C): void; areAllInUse(): boolean },
  ): Promise<C>
  /**
   * The answer to a query. Throws DatabaseAway when it takes too long, or fails for want of a server; DatabaseBusy when it
   * waited for a lock in vain, or the server takes no writes; DatabaseFull when its disk is full; whatever else the server has against it as it is.
   *
   * @param options.giveUp ends the connection, which is good for nothing any more
   * @param options.giveUpLater ends it once it is given back: a transaction has still to be undone
   */
  answered<T>(
    ask: () => Promise<T>,
    options: Readonly<{
      isAway(error: unknown): boolean
      isLocked(error: unknown): boolean
      isReadOnly(error: unknown): boolean
      isFull(error: unknown): boolean
      giveUp(): void
      giveUpLater(): void
    }>,
  ): Promise<T>
}>

const connectMsMax = 10_000

/** How often a transaction that gave way to another writer is run. */
export const attemptsMax = 6

/** @param shown the database without its password, for the log */
export function openReach(shown: string, { answerMs, say }: Pick<ConnectOptions, 'answerMs' | 'say'>): Reach {
  const outage = openOutage(shown, say ?? (() => {}))
  const tellFull = openFullness(shown, say)
  // Who asks has something to do with the connection in the time that is left.
  const connectMs = Math.min(connectMsMax, answerMs === undefined ? connectMsMax : answerMs / 2)
  return {
    connectMs,
    // However often a transaction waits for one lock, that takes as long as one answer may: half as long as a request.
    lockMs: answerMs === undefined ? undefined : answerMs / attemptsMax,
    async connected(connect, { giveBack, areAllInUse }) {
      const began = performance.now()
      const connecting = connect()
      try {
        return await within(connectMs, connecting, 'no connection')
      } catch (error) {
        if (error instanceof TooLate) connecting.then(giveBack, () => {})
        // Those that have one know better whether the server is there.
        if (areAllInUse())
          throw new DatabaseBusy(new Error(`no free connection within ${seconds(connectMs)}`, { cause: error }))
        outage.failed(began, error)
        throw new DatabaseAway(error)
      }
    },
    async answered(ask, { isAway, isLocked, isReadOnly, isFull, giveUp, giveUpLater }) {
      const began = performance.now()
      try {
        const answer = await (answerMs === undefined ? ask() : within(answerMs, ask(), 'no answer'))
        outage.ended(began)
        return answer
      } catch (error) {
        if (!(error instanceof TooLate || isAway(error))) {
          outage.ended(began)
          if (isFull(error)) throw tellFull(error)
          if (isReadOnly(error)) {
            // The primary of yesterday: the next connection, made by the same name, leads to today's.
            giveUpLater()
            throw new DatabaseBusy(error, 'The database takes no writes at the moment.')
          }
          throw isLocked(error) ? new DatabaseBusy(error) : error
        }
        // A server may say goodbye a moment before it hangs up: the next one must not be given this connection.
        giveUp()
        outage.failed(began, error)
        throw new DatabaseAway(error)
      }
    },
  }
}

const soonMs = 5000

/**
 * The same for who only looks whether all is well: a load balancer, a Prometheus. They wait for seconds at most, and have
 * to be told in time. Throws DatabaseAway.
 */
export async function answeredSoon<T>(asked: Promise<T>): Promise<T> {
  try {
    return await within(soonMs, asked, 'no answer')
  } catch (error) {
    throw error instanceof TooLate ? new DatabaseAway(error) : error
  }
}

/** What began before the last change is old news, whatever comes of it. */
function openOutage(shown: string, say: (sentence: string) => void) {
  let isAway = false
  let changedAt = 0
  const change = () => {
    isAway = !isAway
    changedAt = performance.now()
  }
  return {
    failed(began: number, error: unknown) {
      if (isAway || began < changedAt) return
      change()
      const why = error instanceof Error ? error.message || error.name : String(error)
      say(
        `The database ${shown} is out of reach: ${why}. It is tried again whenever it is needed; nothing has to be restarted here.`,
      )
    },
    ended(began: number) {
      if (!isAway || began < changedAt) return
      const seconds = Math.round((performance.now() - changedAt) / 1000)
      change()
      say(`The database ${shown} is back after ${seconds} s.`)
    },
  }
}

const sayAgainMs = 60_000

/** Tells of a full disk, once a minute at most: reads succeed meanwhile, so nobody knows that it is over before somebody writes. */
export function openFullness(shown: string, say: ((sentence: string) => void) | undefined) {
  let saidAtMs = Number.NEGATIVE_INFINITY
  return (cause: unknown): DatabaseFull => {
    const nowMs = performance.now()
    if (nowMs > saidAtMs + sayAgainMs) {
      saidAtMs = nowMs
      const why = cause instanceof Error ? cause.message : String(cause)
      say?.(
        `The disk of the database ${shown} is full: ${why}. Nothing can be changed until there is space; nothing has to be restarted here.`,
      )
    }
    return new DatabaseFull(cause)
  }
}

const goodbyeMsMax = 2000

/** Closes a pool; whoever does not answer a goodbye is hung up on. */
export async function closeWithin(close: () => Promise<unknown>, sockets: Iterable<Socket>): Promise<void> {
  await within(goodbyeMsMax, close(), 'no goodbye').catch(() => {})
  for (const socket of sockets) socket.destroy()
}
