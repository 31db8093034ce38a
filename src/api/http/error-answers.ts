import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../model/fault.ts'
import { Refused } from '../../model/refused.ts'
import { refusal } from '../../rules/refusals.ts'
import { errorBody, faultMessage, refusalBody } from './error-bodies.ts'
import { sendJson } from './json-reply.ts'
import { addressOf, baseOf, type TrustsProxy } from './request-address.ts'
import { type SchemaProblem, validationWords } from './validation-words.ts'

/** The limits and settings that responses to refused requests mention. */
export type RequestLimits = Readonly<{
  bodyBytesMax: number
  headerBytesMax: number
  urlLengthMax: number
  /** URL where clients log in; undefined if this process is its own identity service. */
  identityUrl?: string | undefined
  trustsProxy: TrustsProxy
}>

/** The `WWW-Authenticate` header of every 401 below `/v1.0`, including the one for missing admin rights. */
export const challenge = (
  request: FastifyRequest,
  { identityUrl, trustsProxy }: Pick<RequestLimits, 'identityUrl' | 'trustsProxy'>,
) => `Keystone uri="${identityUrl ?? `${baseOf(addressOf(request, trustsProxy))}/identity`}"`

/** Answers any thrown error: a refusal with its status and sentence, everything else as a fault with an id. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RequestLimits,
): FastifyReply {
  reply.header('x-openstack-request-id', request.id)
  const refused = asRefused(error, request, limits)
  if (refused?.status === 401) reply.header('www-authenticate', challenge(request, limits))
  // After a malformed request it is unknown where the next request on this connection begins.
  if (refused?.code === 'malformed_request') reply.header('connection', 'close')
  if (refused) return sendJson(reply, refused.status, refusalBody(refused))
  const id = randomUUID()
  const fault = asFault(error)
  const status = fault?.status ?? 500
  const retryAfterSeconds = retryAfter(fault)
  // If another service is away, there is nothing to fix here: the request's own log line is enough.
  if (retryAfterSeconds === undefined) request.log.error({ requestId: request.id, err: error, faultId: id }, 'fault')
  else {
    request.away = { faultId: id, because: causesOf(fault) }
    if (readsRetryAfter(request)) reply.header('retry-after', retryAfterSeconds)
  }
  const message =
    status === 503
      ? `${fault!.message} Please keep this ID to help us figure out what went wrong: (${id}).`
      : faultMessage(id)
  return sendJson(reply, status, errorBody(status, message))
}

/** Logs what an endpoint threw after its deadline had passed and been answered, if there is something to fix. */
export function logLateError(error: unknown, request: FastifyRequest): void {
  if (error instanceof Refused || retryAfter(asFault(error)) !== undefined) return
  request.log.error({ requestId: request.id, err: error }, 'fault after the deadline')
}

/** When to retry, in seconds; undefined for a fault that does not go away by itself. */
const retryAfter = (fault: Fault | undefined): number | undefined =>
  fault?.retryAfterSeconds ?? (fault?.status === 503 ? retrySeconds : undefined)

/** The default for `Retry-After`, in seconds, when a service is away. A database server starts in less. */
const retrySeconds = 10

/**
 * python-troveclient, which runs `openstack database`, ends at a `Retry-After` with an error of its own, and hides the
 * message (troveclient/apiclient/exceptions.py:417; with status 413 it does not). It names itself or keystoneauth1, through which
 * Python's clients send their requests, and which does not heed that header.
 */
const readsRetryAfter = ({ headers }: FastifyRequest): boolean =>
  !/troveclient|keystoneauth1/.test(headers['user-agent'] ?? '')

const asFault = (error: unknown) => (error instanceof Fault ? error : undefined)

/** The messages of an error and its causes, outermost first, without their stacks. */
function causesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = error.message || error.name
  return error.cause === undefined ? message : `${message} ${causesOf(error.cause)}`
}

/** Translates an error of the framework into a refusal; undefined for a fault. */
function asRefused(
  error: unknown,
  { raw, headers, routeOptions }: FastifyRequest,
  limits: RequestLimits,
): Refused | undefined {
  if (error instanceof Refused) return error
  if (error instanceof Error && 'validation' in error && Array.isArray(error.validation))
    return refusal.validation_failed({ problems: validationWords(error.validation as SchemaProblem[]) })
  const code = errorCodeOf(error)
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal.body_too_large({
        bytesMax: Math.min(routeOptions.bodyLimit, routeOptions.config.bodyBytesMax ?? limits.bodyBytesMax),
      })
    case 'FST_ERR_BAD_URL':
      return refusal.bad_url({})
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return refusal.url_too_long({ lengthMax: limits.urlLengthMax })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refusal.malformed_body({})
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusal.unsupported_media_type({ mediaType: headers['content-type'] ?? '' })
    // The framework requires a media type of the method QUERY before it looks for a route, and no route has that method.
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return refusal.route_not_found({})
    // The client closed the connection before the end of its body. With a complete body, the error comes from a service
    // of ours.
    case 'ECONNRESET':
      return raw.complete ? undefined : refusal.malformed_body({})
    default:
      return isClientError(error, code) ? refusal.malformed_request({}) : undefined
  }
}

/** True for a framework error with a 4xx status: the client caused it, so it is not a fault. */
const isClientError = (error: unknown, code: string) =>
  code.startsWith('FST_ERR_') && /^4\d\d$/.test(String((error as { statusCode?: unknown }).statusCode))

export const errorCodeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''
