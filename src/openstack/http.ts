import type { IncomingHttpHeaders } from 'node:http'

export type HttpRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  body?: unknown
  /** Aborts the request. */
  signal: AbortSignal
}>

/** `body` is the parsed JSON; undefined when there is none. */
export type HttpAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: unknown }>

/** No readable answer: no connection, no answer in time, or invalid JSON. */
export class Unreachable extends Error {}

export type HttpClient = Readonly<{
  /** Returns the answer, whatever its status. Throws an Unreachable when there is none. */
  ask(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}>

export type Trust = Readonly<{
  /** The trusted certificate authorities, in PEM (default: those of the system). */
  ca?: string | undefined
  /** Do not check server certificates at all. */
  insecure?: boolean
  /** The client certificate and its key, both in PEM. */
  certificate?: string | undefined
  key?: string | undefined
}>

const bodyBytesMax = 64 * 1024 * 1024

/** A client for JSON over HTTP and HTTPS that keeps connections open. Does not follow redirects. */
export function openHttp({ ca, insecure = false, certificate, key }: Trust = {}): HttpClient {
  let opening: ReturnType<typeof openSenders> | undefined
  const senders = () => (opening ??= openSenders({ ca, insecure, certificate, key }))

  /** Throws a StaleConnection when the server has just closed a kept connection, and so has not received the request. */
  const once = async ({ method, url, headers, body, signal }: HttpRequest) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const { plain, tls } = await senders()
    const { agent, request } = url.startsWith('https:') ? tls : plain
    const allHeaders = {
      accept: 'application/json',
      ...headers,
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    }
    const sent = request(url, { method, headers: allHeaders, signal, agent })
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
      opening?.then(({ plain, tls }) => {
        plain.agent.destroy()
        tls.agent.destroy()
      })
    },
  }
}

/** Loads Node's clients at the first request: most commands send none, and loading takes longer than starting Node. */
async function openSenders({ ca, insecure, certificate, key }: Trust) {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')])
  const keptOpen = { keepAlive: true, maxFreeSockets: 8 }
  const ours = certificate === undefined ? {} : { cert: certificate, ...(key === undefined ? {} : { key }) }
  const theirs = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }) }
  return {
    plain: { request: http.request, agent: new http.Agent(keptOpen) },
    tls: { request: https.request, agent: new https.Agent({ ...keptOpen, ...theirs, ...ours }) },
  }
}

class StaleConnection extends Error {}

const isReset = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code))

/** Retries while kept connections turn out to be closed. It ends, since a new connection cannot be stale. */
async function untilFresh<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error
    }
  }
}

/** Ignores other types, such as HTML from a proxy. A body that claims to be JSON must be valid. */
function parsed(text: string, type = ''): unknown {
  return type.includes('json') ? JSON.parse(text) : undefined
}

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
