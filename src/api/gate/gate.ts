/**
 * The gate in front of a Trove: requests that ask for hardware are read, decided and passed on as the bytes that were
 * read; all others are passed on as they arrive: their bodies are not read, and their tokens not checked. Requests are
 * read in `src/rules/gate/` and decided in `src/operations/gate/`. Surprising: this works in a hook, because the
 * framework would read bodies and check media types before it calls a handler, and the clients of Trove must get
 * Trove's answers.
 */

import { type IncomingMessage, METHODS, type ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../model/caller.ts'
import { Refused } from '../../model/refused.ts'
import { createdIds, settleAdmissions, withdrawAdmissions } from '../../operations/gate/remember-admissions.ts'
import type { Ports } from '../../ports/ports.ts'
import type { GateReading, GateRequest } from '../../rules/gate/asked-hardware.ts'
import { needsBody, readRequest } from '../../rules/gate/read-request.ts'
import { refusal } from '../../rules/refusals.ts'
import { challenge, type RequestLimits } from '../http/error-answers.ts'
import { unauthenticatedBody } from '../http/error-bodies.ts'
import { sendJson } from '../http/json-reply.ts'
import { pathOf } from '../http/request-path.ts'
import { type Asking, type Decision, type Decisions, decideRequest, isOnlyRecorded } from './decide.ts'
import { headersToTrove } from './headers-to-trove.ts'

/** A request of a client, to be passed on to Trove. */
export type ForwardedRequest = Readonly<{
  request: IncomingMessage
  response: ServerResponse
  /** Path and query, as the client wrote them. */
  path: string
  /** Names and values in turn, as Node's `rawHeaders`. */
  headers: readonly string[]
  /** The body if it was already read. Otherwise it is passed on as it arrives. */
  body?: Uint8Array | undefined
  /** The maximum number of bytes to keep from the beginning of the response body. */
  keepBytes?: number
  /** More headers for the client, names and values in turn. */
  moreHeaders?: readonly string[]
}>

/** The Trove behind the gate. */
export interface Trove {
  /**
   * Passes a request on to Trove, and the response back to the client. Returns the status and the kept part of the
   * response body. If Trove does not respond, throws a Fault with status 503, and sends nothing to the client.
   */
  forward(forwarded: ForwardedRequest): Promise<Readonly<{ status: number; body: Uint8Array }> | 'client gone'>
}

export type Gate = Readonly<{
  trove: Trove
  bypassHeader: string | undefined
  /** Called for each response of Trove. */
  forwarded(status: number): void
}>

type Parts = Readonly<{
  ports: Ports
  gate: Gate
  decisions: Decisions
  /** Returns the caller of a request; undefined without a valid token. */
  identify(request: FastifyRequest): Promise<Caller | undefined>
}>

type Settings = RequestLimits & Readonly<{ requestTimeoutMs: number }>

/** Adds a route for every request that no other route answers. */
export async function addGate(app: FastifyInstance, parts: Parts, settings: Settings): Promise<void> {
  for (const method of METHODS)
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
  await app.register(async scope => {
    scope.addHook('onRequest', (request, reply) => pass(request, reply, parts, settings))
    scope.route({
      method: scope.supportedMethods.filter(method => method !== 'CONNECT'),
      url: '*',
      schema: { hide: true },
      config: { isForwarded: true },
      handler: () => {
        throw new Error('the hook has answered')
      },
    })
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the request is for the Trove behind the gate. */
    isForwarded?: boolean
  }
}

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Parts,
  settings: Settings,
): Promise<FastifyReply | undefined> {
  const [path = '', query = ''] = splitOnce(pathOf(request.originalUrl), '?')
  // `*` (RFC 9112, 3.2.4) and URLs with another scheme: no path that could be passed on.
  if (!path.startsWith('/')) throw refusal.route_not_found({})
  const line = { method: request.method, path, query }
  // With an ambiguous path, the body is not needed: the request is refused, whatever the body is.
  const hasBody = needsBody(line)
  const endDeadline = hasBody ? request.server.setDeadline(request, reply) : () => {}
  reply.raw.on('close', endDeadline)
  const read = hasBody ? await readWhole(request, settings.bodyBytesMax) : undefined
  if (reply.sent) return reply
  const body = read instanceof Refused ? undefined : read
  const passOn = (warnings: readonly string[] = [], isRecorded = false) => {
    // From here on, Trove's own deadlines count.
    endDeadline()
    return forward(request, reply, parts, settings, { body, warnings, isRecorded })
  }
  // A body that is too large is refused like an unclear one: after a look at the token, and with a line in the log.
  const reading: GateReading =
    read instanceof Refused
      ? { kind: 'ambiguous', refused: read }
      : readRequest({ ...line, ...headersOf(request), body: body ?? new Uint8Array() })
  if (reading.kind === 'passes') return passOn()
  if (isOnlyRecorded(reading)) {
    void decide(request, parts, reading)
    return passOn()
  }
  const decision = await decide(request, parts, reading)
  const isRecorded = decision.kind === 'admit' && decision.isRecorded
  if (reply.sent) {
    if (isRecorded) await unlessAway(parts, withdrawAdmissions(parts.ports, request.id))
    return reply
  }
  switch (decision.kind) {
    case 'admit':
      return passOn(decision.warnings, isRecorded)
    case 'refuse':
      throw decision.error
    case 'unauthenticated':
      return sendJson(reply.header('www-authenticate', challenge(request, settings)), 401, unauthenticatedBody)
  }
}

function decide(request: FastifyRequest, parts: Parts, reading: Asking): Promise<Decision> {
  const { ports, gate, decisions, identify } = parts
  const header = gate.bypassHeader && request.headers[gate.bypassHeader.toLowerCase()]
  // Node reads the bytes of a header as Latin-1.
  const bypassReason = header === undefined ? undefined : Buffer.from(String(header), 'latin1').toString()
  const asked = { id: request.id, reading, passedOnBy: 'gate', bypassReason } as const
  return decideRequest(ports, decisions, asked, () => identify(request))
}

async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Parts,
  { trustsProxy }: Settings,
  read: Readonly<{ body: Uint8Array | undefined; warnings: readonly string[]; isRecorded: boolean }>,
): Promise<FastifyReply> {
  const { gate, ports } = parts
  const { body, warnings, isRecorded } = read
  const headers = headersToTrove(request, { trustsProxy, bypassHeader: gate.bypassHeader })
  const answer = await gate.trove.forward({
    request: request.raw,
    response: reply.raw,
    path: pathOf(request.originalUrl),
    headers: body ? withLength(headers, body.length) : headers,
    body,
    keepBytes: isRecorded ? keptBytes : 0,
    moreHeaders: warnings.flatMap(warning => ['Warning', `299 trove-ts ${quoted(warning)}`]),
  })
  reply.hijack()
  // Trove may continue after the client has gone, so its response is unknown.
  if (answer === 'client gone') return reply
  const { status } = answer
  gate.forwarded(status)
  if (!isRecorded) return reply
  const result = { decisionId: request.id, askedBy: null, status, ...createdIds(answer.body) }
  await unlessAway(parts, settleAdmissions(ports, result))
  return reply
}

/** Enough of Trove's response to contain the id of the instance or cluster that it created. */
const keptBytes = 256 * 1024

/**
 * A failure is only logged: the client already has its response, and an admission without a result counts as possibly
 * accepted.
 */
async function unlessAway({ decisions }: Parts, recording: Promise<unknown>): Promise<void> {
  try {
    await recording
  } catch (error) {
    decisions.warn('gate: the result of a request was not recorded', error)
  }
}

/** A body that was read is sent with exactly one Content-Length: its own. */
const withLength = (headers: readonly string[], length: number) => [
  ...headers.filter((_, at) => headers[at - (at % 2)]!.toLowerCase() !== 'content-length'),
  'Content-Length',
  String(length),
]

/** A quoted string of HTTP, which may contain only ASCII characters. */
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`

function headersOf({ headers, raw }: FastifyRequest): Pick<GateRequest, 'contentType' | 'contentEncoding'> {
  const all = (name: string) => raw.headersDistinct[name]?.join(', ')
  return { contentType: all('content-type'), contentEncoding: headers['content-encoding'] }
}

/**
 * Reads a body, or returns the refusal of one that is too large. Its rest is discarded as it arrives: a body that is left
 * unread would block the next request on its connection.
 */
function readWhole({ raw }: FastifyRequest, bytesMax: number): Promise<Buffer | Refused> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | Refused>()
  let chunks: Buffer[] = []
  let bytes = 0
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= bytesMax) chunks.push(chunk)
    else {
      chunks = []
      resolve(refusal.body_too_large({ bytesMax }))
    }
  })
  raw.once('end', () => resolve(Buffer.concat(chunks)))
  raw.on('error', reject)
  return promise
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
