import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../model/fault.ts'
import { refusal } from '../../rules/refusals.ts'
import { answerError, type RequestLimits } from './error-answers.ts'

type Deadline = Readonly<{ request: FastifyRequest; reply: FastifyReply; atMs: number }>

/**
 * Answers 503 to requests that have no response when their deadline passes; the time counts from a request's head.
 * Fastify's own handlerTimeout ends once the body has arrived, so a POST would have no deadline.
 *
 * @returns sets the deadline of a request, and returns what ends it: when the response is closed, or when another server is
 *   sending it
 */
export function openDeadlines(
  limits: RequestLimits & Readonly<{ requestTimeoutMs: number }>,
): (request: FastifyRequest, reply: FastifyReply) => () => void {
  // All have the same time, so the first one is always the next to pass, and one timer is enough. A timer for each request
  // takes longer than many answers.
  const deadlines = new Set<Deadline>()
  let timer: NodeJS.Timeout | undefined
  const wait = (ms: number) => {
    timer = setTimeout(endPassed, ms).unref()
  }
  const endPassed = () => {
    timer = undefined
    const nowMs = performance.now()
    for (const deadline of deadlines) {
      if (deadline.atMs > nowMs) return wait(deadline.atMs - nowMs)
      deadlines.delete(deadline)
      answerTooSlow(deadline, limits)
    }
  }
  return (request, reply) => {
    const deadline = { request, reply, atMs: performance.now() + limits.requestTimeoutMs }
    deadlines.add(deadline)
    if (!timer) wait(limits.requestTimeoutMs)
    return () => deadlines.delete(deadline)
  }
}

function answerTooSlow({ request, reply }: Deadline, limits: RequestLimits): void {
  if (reply.sent) return
  if (request.raw.complete) answerError(tooSlow(request.method), request, reply, limits)
  // The client is slow: its body has not arrived. Close the connection, because the rest of the body is never read.
  else answerError(refusal.request_too_slow({}), request, reply.header('connection', 'close'), limits)
}

/** A request that changes something is not cancelled, so its sentence says that it may still complete. */
function tooSlow(method: string): Fault {
  const isRead = method === 'GET' || method === 'HEAD'
  const sentence = isRead
    ? 'The request timed out.'
    : 'The request timed out. It may still complete: check the result before you retry.'
  return new Fault(sentence, { status: 503, retryAfterSeconds: 10 })
}
