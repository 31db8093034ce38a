import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../model/fault.ts'
import { Refused } from '../../model/refused.ts'
import { refusal } from '../../rules/refusals.ts'
import { errorBody, faultMessage, refusalBody } from './error-bodies.ts'
import { sendJson } from './json-reply.ts'
import { addressOf, baseOf } from './request-address.ts'
import { type SchemaProblem, validationWords } from './validation-words.ts'

/** What the answers to refused requests speak of. */
export type RequestLimits = Readonly<{
  bodyBytesMax: number
  headerBytesMax: number
  urlLengthMax: number
  /** Where clients log in; undefined when it is here. */
  identityUrl?: string | undefined
  /** Whether a proxy in front is believed. */
  heedsProxy: boolean
}>

/** Goes with every 401 below `/v1.0`, one for want of admin rights included. */
export const challenge = (
  request: FastifyRequest,
  { identityUrl, heedsProxy }: Pick<RequestLimits, 'identityUrl' | 'heedsProxy'>,
) => `Keystone uri="${identityUrl ?? `${baseOf(addressOf(request, heedsProxy))}/identity`}"`

/** Answers whatever was thrown: a refusal with its status and words, anything else as a fault with an id. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RequestLimits,
): FastifyReply {
  reply.header('x-openstack-request-id', request.id)
  const refused = asRefused(error, request, limits)
  if (refused?.status === 401) reply.header('www-authenticate', challenge(request, limits))
  // Where a request was not read as its client meant it, nobody knows where the next one begins.
  if (refused?.code === 'malformed_request') reply.header('connection', 'close')
  if (refused) return sendJson(reply, refused.status, refusalBody(refused))
  const id = randomUUID()
  const fault = asFault(error)
  const status = fault?.status ?? 500
  const retryAfterSeconds = fault?.retryAfterSeconds ?? (status === 503 ? retrySeconds : undefined)
  // What comes again when others are back is theirs to look into: the one line of the request says it.
  if (retryAfterSeconds === undefined) request.log.error({ err: error, faultId: id }, 'fault')
  else {
    request.away = { faultId: id, because: reasonOf(fault) }
    reply.header('retry-after', retryAfterSeconds)
  }
  const message =
    status === 503
      ? `${fault!.message} Please keep this ID to help us figure out what went wrong: (${id}).`
      : faultMessage(id)
  return sendJson(reply, status, errorBody(status, message))
}

/** When to ask again what nobody here could be asked, unless it is known better: a database server starts in less. */
const retrySeconds = 10

const asFault = (error: unknown) => (error instanceof Fault ? error : undefined)

/** Sentence and causes, outermost first, without their stacks. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = error.message || error.name
  return error.cause === undefined ? said : `${said} ${reasonOf(error.cause)}`
}

/** What the framework refuses for us, in our words. */
function asRefused(error: unknown, { raw, headers }: FastifyRequest, limits: RequestLimits): Refused | undefined {
  if (error instanceof Refused) return error
  if (error instanceof Error && 'validation' in error && Array.isArray(error.validation))
    return refusal.validation_failed({ problems: validationWords(error.validation as SchemaProblem[]) })
  const code = errorCodeOf(error)
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal.body_too_large({ bytesMax: limits.bodyBytesMax })
    case 'FST_ERR_BAD_URL':
      return refusal.bad_url({})
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return refusal.url_too_long({ lengthMax: limits.urlLengthMax })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refusal.malformed_body({})
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusal.unsupported_media_type({ mediaType: headers['content-type'] ?? '' })
    // Asked of the method QUERY before it is known that no route has it.
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return refusal.route_not_found({})
    // The client hung up in the middle of its body, so nobody reads this; an error of ours looks different.
    case 'ECONNRESET':
      return raw.complete ? undefined : refusal.malformed_body({})
    default:
      return isOfFramework(error, code) ? refusal.malformed_request({}) : undefined
  }
}

/** The framework blames the client by the status of its error; whichever it is, it is no fault of ours. */
const isOfFramework = (error: unknown, code: string) =>
  code.startsWith('FST_ERR_') && /^4\d\d$/.test(String((error as { statusCode?: unknown }).statusCode))

export const errorCodeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''
