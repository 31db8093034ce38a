import type { FastifyReply, FastifyRequest } from 'fastify'

/** Told of every request when it begins and when nothing more is done for it. */
export type InProgress = Readonly<{ began(): void; ended(): void }>

/** The requests whose endpoint is running. */
const running = new WeakSet<FastifyRequest>()

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
    if (!running.has(request)) count.ended()
  })
}

/** Runs an endpoint. The request counts until it has ended, even if the client hangs up or the deadline passes before. */
export async function runCounted<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  count: InProgress,
  run: () => Promise<T>,
): Promise<T> {
  running.add(request)
  try {
    return await run()
  } finally {
    running.delete(request)
    if (reply.raw.closed) count.ended()
  }
}
