import type { FastifyReply, FastifyRequest } from 'fastify'
import { loggedUrl } from './logged-url.ts'
import { addressOf } from './request-address.ts'
import type { ServerMetrics, ServerSettings } from './server.ts'

/** Logs one line per request, and counts it. The request id connects the line with those that the request caused. */
export function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  metrics: Pick<ServerMetrics, 'answered'>,
  { trustsProxy }: Pick<ServerSettings, 'trustsProxy'>,
): void {
  const facts = {
    requestId: request.id,
    method: request.method,
    url: loggedUrl(request.url),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...request.away,
    client: addressOf(request, trustsProxy).client,
  }
  const { method, status } = facts
  metrics.answered({ method, route: request.route, status, seconds: reply.elapsedTime / 1000 })
  request.log.info(facts, `${facts.method} ${facts.url} ${facts.status} (${facts.ms} ms)`)
}
