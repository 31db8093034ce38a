import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../model/fault.ts'
import { Refused } from '../model/refused.ts'
import { refusal } from '../rules/refusals.ts'
import { errorBody, faultMessage, refusalBody } from './error-bodies.ts'
import { sendJson } from './json-reply.ts'
import { addressOf, baseOf } from './request-address.ts'
import { type SchemaProblem, validationWords } from './validation-words.ts'

/** What the answers to refused requests speak of. */
export type RequestLimits = Readonly<{
  bodyBytesMax: number
  headerBytesMax: number
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
  const refused = asRefused(error, limits)
  if (refused?.status === 401) reply.header('www-authenticate', challenge(request, limits))
  if (refused) return sendJson(reply, refused.status, refusalBody(refused))
  const id = randomUUID()
  const fault = asFault(error)
  // What comes again when others are back is theirs to look into: the one line of the request says it.
  if (fault?.retryAfterSeconds !== undefined) request.away = { faultId: id, because: reasonOf(fault) }
  else request.log.error({ err: error, faultId: id }, 'fault')
  const status = fault?.status ?? 500
  if (fault?.retryAfterSeconds !== undefined) reply.header('retry-after', fault.retryAfterSeconds)
  const message =
    status === 503
      ? `${fault!.message} Please keep this ID to help us figure out what went wrong: (${id}).`
      : faultMessage(id)
  return sendJson(reply, status, errorBody(status, message))
}

const asFault = (error: unknown) => (error instanceof Fault ? error : undefined)

/** Sentence and causes, outermost first, without their stacks. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = error.message || error.name
  return error.cause === undefined ? said : `${said} ${reasonOf(error.cause)}`
}

/** What cannot be read as HTTP never becomes a request; it is answered on the bare connection. */
export function answerBrokenRequest(error: Error, socket: Socket, limits: RequestLimits): void {
  if (!socket.writable) return
  const { status, message } = brokenRequest(codeOf(error), limits)
  const body = JSON.stringify(errorBody(status, message))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // Nobody reads what else the client sends, so it must not be waited for; at once, it might not get to read the answer.
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

const lingerMs = 1000

function brokenRequest(code: string, { headerBytesMax }: RequestLimits): Refused {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal.request_too_slow({})
    case 'HPE_HEADER_OVERFLOW':
      return refusal.head_too_large({ bytesMax: headerBytesMax })
    default:
      return refusal.malformed_request({})
  }
}

/** What the framework refuses for us, in our words. */
function asRefused(error: unknown, { bodyBytesMax }: RequestLimits): Refused | undefined {
  if (error instanceof Refused) return error
  if (error instanceof Error && 'validation' in error && Array.isArray(error.validation))
    return refusal.validation_failed({ problems: validationWords(error.validation as SchemaProblem[]) })
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal.body_too_large({ bytesMax: bodyBytesMax })
    case 'FST_ERR_BAD_URL':
      return refusal.bad_url({})
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refusal.malformed_body({})
    default:
      return undefined
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')
