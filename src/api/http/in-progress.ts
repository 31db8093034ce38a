import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Soon } from '../../turn/when-known.ts'

/** Told of every request when it begins and when nothing more is done for it. */
export type InProgress = Readonly<{ began(): void; ended(): void }>

declare module 'fastify' {
  interface FastifyRequest {
    /** True while its endpoint waits for something. */
    isRunning: boolean
  }
}

/**
 * Counts a request from its head until it is answered.
 *
 * @param closed called when the connection is done with the response
 */
export function countInProgress(
  request: FastifyRequest,
  reply: FastifyReply,
  count: InProgress,
  closed: () => void,
): void {
  count.began()
  reply.raw.on('close', () => {
    closed()
    if (!request.isRunning) count.ended()
  })
}

/** Counts a request until its endpoint has ended, even if the client hangs up or the deadline passes before. */
export function whileRunning<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  count: InProgress,
  running: Soon<T>,
): Soon<T> {
  if (!(running instanceof Promise)) return running
  request.isRunning = true
  return running.finally(() => {
    request.isRunning = false
    if (reply.raw.closed) count.ended()
  })
}
