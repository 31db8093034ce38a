import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../model/fault.ts'
import { answerError, type RequestLimits } from './error-answers.ts'

/**
 * Answers 503 to a request that has no answer yet when its deadline is over, counted from its head. Fastify's own
 * handlerTimeout ends with the body of the request, so nothing that is posted would have a deadline.
 */
export function endInTime(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RequestLimits & Readonly<{ requestTimeoutMs: number }>,
): void {
  const deadline = setTimeout(() => {
    if (!reply.sent) answerError(tooSlow(), request, reply, limits)
  }, limits.requestTimeoutMs)
  reply.raw.on('close', () => clearTimeout(deadline))
}

const tooSlow = () => new Fault('The request took too long and was given up.', { status: 503, retryAfterSeconds: 10 })
