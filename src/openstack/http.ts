import { type IncomingHttpHeaders, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

export type HttpRequest = Readonly<{
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  body?: unknown
  /** Gives the request up. */
  signal: AbortSignal
}>

/** `body` is what the JSON says; undefined when there is none. */
export type HttpAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: unknown }>

/** Nothing that can be read came back: no connection, no answer in time, no JSON. */
export class Unreachable extends Error {}

export type HttpClient = Readonly<{
  /** Whatever the status is; throws an Unreachable when there is none. */
  ask(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}>

export type Trust = Readonly<{
  /** Certificates in PEM that a server's is checked against; the system's when not given. */
  ca?: string | undefined
  /** A server's certificate is not checked at all. */
  insecure?: boolean
  /** What we show a server that asks who we are, and its key, both in PEM. */
  certificate?: string | undefined
  key?: string | undefined
}>

const bodyBytesMax = 64 * 1024 * 1024

/** JSON over HTTP and HTTPS, on connections that are kept open. Follows no redirection. */
export function openHttp({ ca, insecure = false, certificate, key }: Trust = {}): HttpClient {
  const options = { keepAlive: true, maxFreeSockets: 8 }
  const plain = new PlainAgent(options)
  const ours = certificate === undefined ? {} : { cert: certificate, ...(key === undefined ? {} : { key }) }
  const theirs = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }) }
  const tls = new TlsAgent({ ...options, ...theirs, ...ours })

  /** `stale` when the server had closed a kept connection just then, and so has seen nothing of the request. */
  const once = ({ method, url, headers, body, signal }: HttpRequest) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const isTls = url.startsWith('https:')
    const all = {
      accept: 'application/json',
      ...headers,
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    }
    const sent = (isTls ? tlsRequest : plainRequest)(url, { method, headers: all, signal, agent: isTls ? tls : plain })
    sent.on('error', error => reject(error))
    sent.on('response', async response => {
      try {
        const chunks: Buffer[] = []
        let bytes = 0
        for await (const chunk of response as AsyncIterable<Buffer>) {
          bytes += chunk.length
          if (bytes > bodyBytesMax) throw new Error(`the answer is larger than ${bodyBytesMax} bytes`)
          chunks.push(chunk)
        }
        const received = Buffer.concat(chunks).toString('utf8')
        const json = received === '' ? undefined : parsed(received, response.headers['content-type'])
        resolve({ status: response.statusCode!, headers: response.headers, body: json })
      } catch (error) {
        reject(error)
      }
    })
    sent.end(text)
    return promise.catch(error => {
      throw sent.reusedSocket && isReset(error) ? new StaleConnection() : error
    })
  }

  return {
    async ask(request) {
      try {
        return await untilFresh(() => once(request))
      } catch (cause) {
        const place = placeOf(request.url)
        const why = request.signal.aborted ? 'it did not answer in time' : (cause as Error).message
        throw new Unreachable(`${request.method} ${place}: ${why}`, { cause })
      }
    },
    close() {
      plain.destroy()
      tls.destroy()
    },
  }
}

class StaleConnection extends Error {}

const isReset = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code))

/** Several kept connections may have been closed; a new one cannot be stale. */
async function untilFresh<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error
    }
  }
}

/** HTML from something in between says nothing; what is said to be JSON must be. */
function parsed(text: string, type = ''): unknown {
  return type.includes('json') ? JSON.parse(text) : undefined
}

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
