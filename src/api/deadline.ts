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
    if (!reply.sent) answerError(tooSlow(request.method), request, reply, limits)
  }, limits.requestTimeoutMs)
  reply.raw.on('close', () => clearTimeout(deadline))
}

/** What changes something goes on all the same, and may be done in the end. */
function tooSlow(method: string): Fault {
  const isRead = method === 'GET' || method === 'HEAD'
  const sentence = isRead
    ? 'The request took too long and was given up.'
    : 'The request took too long to wait for; it may still be carried out, so look before you ask again.'
  return new Fault(sentence, { status: 503, retryAfterSeconds: 10 })
}
