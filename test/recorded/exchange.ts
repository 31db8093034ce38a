import { type IncomingHttpHeaders, request } from 'node:http'
import recorded from './exchanges.json' with { type: 'json' }

/** What was asked of a real Trove, and what it answered. */
export type Exchange = Readonly<{
  name: string
  /** Whose token was sent: a person, `none`, or `bad` for one that nobody issued. */
  who: string
  method: string
  path: string
  headers: Readonly<Record<string, string | undefined>>
  body?: string
}> &
  Recorded

type Recorded = Readonly<{
  status: number
  answerHeaders: Readonly<Record<string, string | undefined>>
  /** Parsed JSON; the words of a page that was HTML; null when there was no body. */
  answer: unknown
}>

/** What two answers are compared by. */
export type Answer = Readonly<{
  status: number
  contentType: string | undefined
  retryAfter?: string | undefined
  challenge?: string | undefined
  body: unknown
}>

/** In the order in which they were recorded: some change what later ones see. */
export const exchanges: readonly Exchange[] = recorded

/** An answer as it came. */
export type WholeAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>

/**
 * Sends what was recorded, byte by byte, the Host header included: so links lead where they led then.
 *
 * @param token undefined when the recorded request had none
 */
export async function askWhole(url: string, exchange: Exchange, token: string | undefined): Promise<WholeAnswer> {
  const { hostname, port } = new URL(url)
  const sent = exchange.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(exchange.body)) }
  const headers = {
    accept: '*/*',
    ...(token === undefined ? {} : { 'x-auth-token': token }),
    ...exchange.headers,
    ...sent,
  }
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>()
  const asked = request({ hostname, port, method: exchange.method, path: exchange.path, headers, timeout: 10_000 })
  asked.on('timeout', () => asked.destroy(new Error(`${exchange.name}: no answer within 10 seconds`)))
  asked.on('error', reject)
  asked.on('response', response => {
    const chunks: Buffer[] = []
    response.on('data', chunk => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
  })
  asked.end(exchange.body)
  return promise
}

/** The same, without what is free to differ. */
export async function ask(url: string, exchange: Exchange, token: string | undefined): Promise<Answer> {
  const { status, headers, text } = await askWhole(url, exchange, token)
  return comparable(status, headers, text === '' ? null : parsed(text))
}

export const recordedAnswer = ({ status, answerHeaders, answer }: Recorded): Answer =>
  comparable(status, answerHeaders, answer)

/** The recorded answer to another exchange. Throws when there is none of that name. */
export function answerTo(name: string): Answer {
  const exchange = exchanges.find(exchange => exchange.name === name)
  if (!exchange) throw new Error(`nothing was recorded as ${name}`)
  return recordedAnswer(exchange)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Takes out what is free: the address of the identity service, ids of faults, dates, and jsonschema's own words. */
function comparable(status: number, headers: IncomingHttpHeaders | Recorded['answerHeaders'], body: unknown): Answer {
  const freed = JSON.stringify(body)
    .replace(/(keep this ID to help us figure out what went wrong: )\([0-9a-f-]{36}\)/g, '$1(…)')
    .replace(/"nextAvailable":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"nextAvailable":"…"')
    .replace(/"(created|updated|service_status_updated)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"/g, '"$1":"…"')
    .replace(/"message":"Validation error: (?:[^"\\]|\\.)*"/g, '"message":"Validation error: …"')
  const header = (name: string) => headers[name]?.toString()
  return {
    status,
    contentType: header('content-type'),
    retryAfter: header('retry-after'),
    challenge: header('www-authenticate')?.replace(/uri="http:[^"]+"/, 'uri="…"'),
    body: JSON.parse(freed),
  }
}
