/**
 * Passes requests on to another HTTP server and its answers back: path, headers and bodies byte for byte, in both
 * directions without buffering. What is passed on, and what is not, is decided by the caller.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, pipeline, Transform } from 'node:stream'
import { Pool } from 'undici'
import { Fault } from '../model/fault.ts'
import type { Trust } from './http.ts'

export type ForwardSettings = Readonly<{
  /** Base URL of the other server; the path of a request is appended to its path. */
  url: string
  trust: Trust
  connectTimeoutMs: number
  /** How long the other server may take to begin its answer, and to send the next part of it. */
  answerTimeoutMs: number
  /** Maximum number of connections. Further requests wait. */
  connections: number
}>

/** A request to pass on. `headers` are names and values in turn, as Node's `rawHeaders`; those of the connection are left out. */
export type Forwarded = Readonly<{
  request: IncomingMessage
  response: ServerResponse
  /** Path and query, as the client wrote them. */
  path: string
  headers: readonly string[]
  /** The body, if it has been read already; else it is passed on as it arrives. */
  body?: Uint8Array | undefined
  /** Keep the beginning of the answer's body, up to this many bytes. */
  keepBytes?: number
  /** More headers for the client, names and values in turn. */
  moreHeaders?: readonly string[]
}>

/** `body` is what was kept of the answer's body. */
export type ForwardedAnswer = Readonly<{ status: number; body: Buffer }>

export type Forwarder = Readonly<{
  /**
   * Resolves when the client has the whole answer, or has gone away. A connection that breaks in the middle of an answer
   * is broken towards the client, too.
   *
   * @throws Fault of status 503 if there is no answer; nothing was sent to the client then
   */
  forward(forwarded: Forwarded): Promise<ForwardedAnswer | 'client gone'>
  close(): Promise<void>
}>

/** Headers that concern one connection only (RFC 9110, 7.6.1), and `Expect`, which Node has answered already. */
const hopByHop = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The headers, in names and values in turn, that may be passed on to another connection. */
export function endToEnd(headers: readonly string[]): string[] {
  const dropped = new Set(hopByHop)
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at]!.toLowerCase() === 'connection')
      for (const name of headers[at + 1]!.split(',')) dropped.add(name.trim().toLowerCase())
  // Naming these in `Connection` must not remove what tells where a body ends and whom it is for (RFC 9110, 7.6.1).
  for (const name of ['content-length', 'host', 'content-type', 'x-auth-token']) dropped.delete(name)
  return headers.filter((_, at) => !dropped.has(headers[at - (at % 2)]!.toLowerCase()))
}

export function openForwarder(settings: ForwardSettings): Forwarder {
  const { origin, pathname } = new URL(settings.url)
  const prefix = pathname.replace(/\/$/, '')
  const { ca, insecure = false, certificate, key } = settings.trust
  const pool = new Pool(origin, {
    connections: settings.connections,
    headersTimeout: settings.answerTimeoutMs,
    bodyTimeout: settings.answerTimeoutMs,
    connect: { timeout: settings.connectTimeoutMs, rejectUnauthorized: !insecure, ca, cert: certificate, key },
  })
  return {
    async forward({ request, response, path, headers, body, keepBytes = 0, moreHeaders = [] }) {
      if (response.destroyed) return 'client gone'
      const gone = new AbortController()
      const onClose = () => response.writableFinished || gone.abort()
      response.once('close', onClose)
      const kept: Buffer[] = []
      try {
        await pool.stream(
          {
            path: `${prefix}${path}`,
            method: request.method as 'GET',
            headers: endToEnd(headers),
            body: body ?? bodyOf(request),
            signal: gone.signal,
            responseHeaders: 'raw',
          },
          ({ statusCode, headers }) => {
            response.sendDate = false
            response.writeHead(statusCode, [...endToEnd(headers as unknown as string[]), ...moreHeaders])
            return keepBytes > 0 ? keepingBeginning(response, keepBytes, kept) : response
          },
        )
      } catch (error) {
        if (gone.signal.aborted) return 'client gone'
        if (!response.headersSent) throw noAnswer(error)
        response.destroy()
      } finally {
        response.off('close', onClose)
      }
      return { status: response.statusCode, body: Buffer.concat(kept) }
    },
    close: () => pool.close(),
  }
}

/**
 * The body of a request as a stream of its own: the pool destroys a body whose end it does not need any more, and with
 * the request itself it would close the client's connection before the answer is there.
 */
function bodyOf(request: IncomingMessage): PassThrough | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  const body = new PassThrough()
  pipeline(request, body, () => request.resume())
  return body
}

function keepingBeginning(response: ServerResponse, keepBytes: number, kept: Buffer[]): Transform {
  let left = keepBytes
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left > 0) kept.push(chunk.subarray(0, left))
      left -= chunk.length
      done(null, chunk)
    },
  })
  pipeline(tap, response, () => {})
  return tap
}

/** The codes of errors after which the request has certainly not reached the other server. */
const notSent = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']

function noAnswer(cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const sentence = notSent.includes(code)
    ? 'Trove is unreachable.'
    : 'Trove did not answer. It may have carried out the request: check the result before you retry.'
  return new Fault(sentence, { status: 503, retryAfterSeconds: 10, cause })
}
