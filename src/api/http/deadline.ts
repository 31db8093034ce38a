import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../model/fault.ts'
import { refusal } from '../../rules/refusals.ts'
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
    if (reply.sent) return
    if (request.raw.complete) answerError(tooSlow(request.method), request, reply, limits)
    // It is the client who is slow: its body is not here yet. What else comes of it is not read.
    else answerError(refusal.request_too_slow({}), request, reply.header('connection', 'close'), limits)
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
