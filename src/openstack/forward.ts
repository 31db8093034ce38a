/**
 * Passes requests on to another HTTP server, and its responses back: path, headers and bodies byte for byte, without
 * buffering in either direction. The caller decides which requests are passed on.
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
  /** Timeout for the beginning of a response, and for each pause in it. */
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
  /** The body if it was already read. Otherwise it is passed on as it arrives. */
  body?: Uint8Array | undefined
  /** The maximum number of bytes to keep from the beginning of the response body. */
  keepBytes?: number
  /** More headers for the client, names and values in turn. */
  moreHeaders?: readonly string[]
}>

/** `body` is the kept part of the response body. */
export type ForwardedAnswer = Readonly<{ status: number; body: Buffer }>

export type Forwarder = Readonly<{
  /**
   * Resolves when the client has the whole response, or has gone away. If the connection to the other server breaks
   * during a response, the connection to the client is closed as well.
   *
   * @throws Fault with status 503 if there is no response; then nothing was sent to the client
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

const forEveryHop = ['content-length', 'host', 'content-type', 'x-auth-token', 'forwarded', 'x-openstack-request-id']

/** Headers that tell where a body ends, which host and user it is for, and which way the request has come. */
const isForEveryHop = (name: string) => forEveryHop.includes(name) || name.startsWith('x-forwarded-')

/** The headers, in names and values in turn, that may be passed on to another connection. */
export function endToEnd(headers: readonly string[]): string[] {
  const dropped = new Set(hopByHop)
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at]!.toLowerCase() === 'connection')
      for (const name of headers[at + 1]!.split(',')) dropped.add(name.trim().toLowerCase())
  // A client must not remove these by naming them in `Connection` (RFC 9110, 7.6.1).
  for (const name of dropped) if (isForEveryHop(name)) dropped.delete(name)
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
 * Copies the body of a request to a separate stream. The pool destroys a body that it no longer needs; if that were the
 * request itself, the connection of the client would be closed before the response arrives.
 */
function bodyOf(request: IncomingMessage): PassThrough | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  const body = new PassThrough()
  // Not `pipeline`: it would detach the request from its connection, and the rest of a refused upload would not be read.
  request.pipe(body)
  request.once('close', () => request.complete || body.destroy(new Error('The client has gone away.')))
  body.on('error', () => {})
  body.once('close', () => {
    request.unpipe(body)
    request.resume()
  })
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
  // The server, this tap and the pool listen to one response: a few more than Node expects.
  response.setMaxListeners(20)
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
