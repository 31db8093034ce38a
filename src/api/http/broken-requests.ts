import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../../rules/refusals.ts'
import { beginRequest, endTurn } from '../../turn/turn.ts'
import { errorCodeOf, type RequestLimits } from './error-answers.ts'
import { refusalBody } from './error-bodies.ts'

/** The requests of each connection that have no complete response yet, in the order of their arrival. */
const unanswered = new WeakMap<Duplex, Set<ServerResponse>>()

/** Responses are completed in the order of their requests, so complete ones are first. */
function unansweredOn(socket: Duplex): Set<ServerResponse> {
  const known = unanswered.get(socket)
  const own = known ?? new Set()
  if (!known) unanswered.set(socket, own)
  for (const response of own) {
    if (!response.closed) break
    own.delete(response)
  }
  return own
}

/**
 * Answers requests that Node itself would refuse without a body, or whose connection it would close without a response.
 */
export function answerBrokenRequests(server: Server): void {
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const earlier = unansweredOn(socket)
    // A client that does not wait for a response may have sent this request after others were handled.
    if (earlier.size > 0) endTurn()
    beginRequest()
    earlier.add(response)
  })
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerBare(socket, refusal.route_not_found({})))
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const { headers, body } = bareAnswer(refusal.expectation_unknown({ expectation: request.headers.expect ?? '' }))
    response.writeHead(417, headers).end(body)
  })
}

/**
 * Answers bytes that are not valid HTTP. They never become a request, so the response is written to the socket itself.
 */
export function answerBrokenRequest(error: Error, socket: Socket, limits: RequestLimits): void {
  const answer = () => answerBare(socket, brokenRequest(errorCodeOf(error), limits))
  // A client may send garbage after a valid request. The response to the valid one comes first: it may have changed
  // something, and otherwise the client would take the refusal for its response.
  const earlier = [...unansweredOn(socket)].filter(({ req }) => req.complete)
  if (earlier.length > 0) earlier.at(-1)!.once('close', answer)
  else answer()
}

const bareAnswer = (refused: Refused) => {
  const body = JSON.stringify(refusalBody(refused))
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'X-Openstack-Request-Id': `req-${randomUUID()}`,
    Connection: 'close',
  }
  return { headers, body }
}

const lingerMs = 1000

function answerBare(socket: Duplex, refused: Refused): void {
  if (!socket.writable) return
  // The client may close the connection before it reads the refusal.
  socket.on('error', () => socket.destroy())
  const { headers, body } = bareAnswer(refused)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const { status } = refused
  socket.end(`${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n')}\r\n\r\n${body}`)
  // Do not wait for the rest of the request, which is never read. Closing at once could discard the response, so wait a
  // little.
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

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
