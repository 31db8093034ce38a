import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../model/fault.ts'
import { refusal } from '../../rules/refusals.ts'
import { answerError, type RequestLimits } from './error-answers.ts'

/**
 * Answers 503 to a request that has no response when its deadline passes; the time counts from the request's head.
 * Fastify's own handlerTimeout ends once the body has arrived, so a POST would have no deadline.
 *
 * @returns ends the deadline: when the response is closed, or when another server is sending it
 */
export function endInTime(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RequestLimits & Readonly<{ requestTimeoutMs: number }>,
): () => void {
  const deadline = setTimeout(() => {
    if (reply.sent) return
    if (request.raw.complete) answerError(tooSlow(request.method), request, reply, limits)
    // The client is slow: its body has not arrived. Close the connection, because the rest of the body is never read.
    else answerError(refusal.request_too_slow({}), request, reply.header('connection', 'close'), limits)
  }, limits.requestTimeoutMs)
  return () => clearTimeout(deadline)
}

/** A request that changes something is not cancelled, so its sentence says that it may still complete. */
function tooSlow(method: string): Fault {
  const isRead = method === 'GET' || method === 'HEAD'
  const sentence = isRead
    ? 'The request timed out.'
    : 'The request timed out. It may still complete: check the result before you retry.'
  return new Fault(sentence, { status: 503, retryAfterSeconds: 10 })
}
