import type { Socket } from 'node:net'
import { seconds, TooLate, within } from '../deadline/within.ts'
import { DatabaseAway, DatabaseBusy, DatabaseFull } from '../model/fault.ts'
import type { ConnectOptions } from './dialects/dialect.ts'

/** Puts a deadline on every use of a database server, and logs each outage once. */
export type Reach = Readonly<{
  /** The longest time to get a connection: to open one, or to wait for a free one. */
  connectMs: number
  /** The longest time that a session waits for a lock; the server's default when undefined. */
  lockMs: number | undefined
  /**
   * Gets a connection. Throws DatabaseBusy when all are in use, and DatabaseAway when the server cannot be reached.
   *
   * @param options.giveBack takes a connection that arrived after the deadline
   * @param options.areAllInUse true when every connection of the pool is in use
   */
  connected<C>(
    connect: () => Promise<C>,
    options: { giveBack(connection: C): void; areAllInUse(): boolean },
  ): Promise<C>
  /**
   * Runs a query. Throws DatabaseAway when it takes too long or the server is unreachable, DatabaseBusy when a lock was not
   * available in time or the server accepts no writes, and DatabaseFull when the server's disk is full. Any other error of
   * the server is thrown unchanged.
   *
   * @param options.giveUp closes the connection, which can no longer be used
   * @param options.giveUpLater closes it when it is released, since a transaction still has to be rolled back
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

/** How often a transaction is run in all, if other writers cause conflicts. */
export const attemptsMax = 6

/** @param shown the database without its password, for the log */
export function openReach(shown: string, { answerMs, say }: Pick<ConnectOptions, 'answerMs' | 'say'>): Reach {
  const outage = openOutage(shown, say ?? (() => {}))
  const reportFullDisk = openFullDiskReport(shown, say)
  // Leave the caller some time to use the connection.
  const connectMs = Math.min(connectMsMax, answerMs === undefined ? connectMsMax : answerMs / 2)
  return {
    connectMs,
    // All attempts of a transaction together may wait for a lock as long as one query may take: half as long as a request.
    lockMs: answerMs === undefined ? undefined : answerMs / attemptsMax,
    async connected(connect, { giveBack, areAllInUse }) {
      const began = performance.now()
      const connecting = connect()
      try {
        return await within(connectMs, connecting, 'no connection')
      } catch (error) {
        if (error instanceof TooLate) connecting.then(giveBack, () => {})
        // The queries on the connections in use will find out whether the server is there.
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
          if (isFull(error)) throw reportFullDisk(error)
          if (isReadOnly(error)) {
            // This server is no longer the primary. A new connection to the same host name may lead to the new primary.
            giveUpLater()
            throw new DatabaseBusy(error, 'The database accepts no writes at the moment.')
          }
          throw isLocked(error) ? new DatabaseBusy(error) : error
        }
        // The server may still close this connection a moment later, so the pool must not reuse it.
        giveUp()
        outage.failed(began, error)
        throw new DatabaseAway(error)
      }
    },
  }
}

const soonMs = 5000

/** A shorter deadline for health checks of load balancers and for Prometheus, which wait only a few seconds. Throws DatabaseAway. */
export async function answeredSoon<T>(query: Promise<T>): Promise<T> {
  try {
    return await within(soonMs, query, 'no answer')
  } catch (error) {
    throw error instanceof TooLate ? new DatabaseAway(error) : error
  }
}

/** Logs the begin and the end of an outage. Results of queries that began before the last change are ignored. */
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
        `The database ${shown} is unreachable: ${why}. It is tried again whenever it is needed; no restart is required.`,
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

const logIntervalMs = 60_000

/** Logs a full disk at most once a minute. Reads still succeed then, so only the next write shows whether there is space again. */
export function openFullDiskReport(shown: string, say: ((sentence: string) => void) | undefined) {
  let loggedAtMs = Number.NEGATIVE_INFINITY
  return (cause: unknown): DatabaseFull => {
    const nowMs = performance.now()
    if (nowMs > loggedAtMs + logIntervalMs) {
      loggedAtMs = nowMs
      const why = cause instanceof Error ? cause.message : String(cause)
      say?.(
        `The disk of the database ${shown} is full: ${why}. Nothing can be changed until there is space; no restart is required.`,
      )
    }
    return new DatabaseFull(cause)
  }
}

const closeMsMax = 2000

/** Closes a pool. Cuts the connections of servers that do not close theirs in time. */
export async function closeWithin(close: () => Promise<unknown>, sockets: Iterable<Socket>): Promise<void> {
  await within(closeMsMax, close(), 'not closed').catch(() => {})
  for (const socket of sockets) socket.destroy()
}
