/**
 * This folder contains the client of our own API: `operations.ts` is generated from the OpenAPI document, this file sends its
 * requests, and `trove-ts/client` publishes both to other programs. How to find a cloud and log in to it is in
 * `clouds/`. Nothing here decides about flavors: the server does.
 */

import { type Operations, operations } from './operations.ts'

export type { Operations } from './operations.ts'

/** A request to the service. The path begins with a slash and is appended to the URL of the service. */
export type ApiRequest = Readonly<{ method: string; path: string; body?: unknown }>

/** `body` is the parsed JSON; undefined when there is none. */
export type ApiAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  body: unknown
}>

/** Sends a request with a token, and returns the answer whatever its status. */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>

export type OperationName = keyof Operations
export type Input<Name extends OperationName> = Operations[Name]['input']
export type Answer<Name extends OperationName> = Operations[Name]['answer']

/**
 * A function for each operation. Each returns the body of a successful answer. Throws an `ApiError` when the service answers
 * with an error, and whatever `send` throws.
 */
export type TroveClient = {
  readonly [Name in OperationName]: (input: Input<Name>) => Promise<Answer<Name>>
}

/** The service answered with an error. The message is that of the service. */
export class ApiError extends Error {
  readonly status: number
  /** The name of the error: `badRequest`, `itemNotFound` …; undefined when the body has none. */
  readonly code: string | undefined
  /** The other keys of the error object, such as `reasons` and `allowed_flavors`. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number | undefined

  constructor({ status, headers, body }: ApiAnswer) {
    const [code, inner] = errorEntry(body)
    const { message, ...facts } = inner
    super(typeof message === 'string' ? message : `The service answered with ${status} and no message.`)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.facts = facts
    const after = Number(headers['retry-after'])
    this.retryAfterSeconds = headers['retry-after'] !== undefined && after >= 0 ? after : undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** An error of the service is an object with one key, whose value has the message. */
function errorEntry(body: unknown): [code: string | undefined, inner: Record<string, unknown>] {
  const [entry] = isObject(body) ? Object.entries(body) : []
  return entry && isObject(entry[1]) ? [entry[0], entry[1]] : [undefined, {}]
}

/** Makes a client from a function that sends requests, for example `sendWithFetch`. */
export function openTroveClient(send: Send): TroveClient {
  const entries = Object.entries(operations).map(([name, { method, path }]) => [
    name,
    (input: Parts) => ask(send, method, path, input),
  ])
  return Object.fromEntries(entries)
}

type Parts = Readonly<{
  path?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string | undefined>>
  body?: unknown
}>

async function ask(send: Send, method: string, template: string, { path = {}, query = {}, body }: Parts) {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(name, path[name]))
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString()
  const answer = await send({
    method,
    path: search === '' ? filled : `${filled}?${search}`,
    ...(body === undefined ? {} : { body }),
  })
  if (answer.status < 200 || answer.status > 299) throw new ApiError(answer)
  return answer.body
}

/** One part of a path. A dot alone would be removed from the URL, and the request would reach another operation. */
function segment(name: string, value: string | undefined): string {
  if (value === undefined || value === '' || value === '.' || value === '..')
    throw new TypeError(`'${value ?? ''}' cannot be used as ${name}: it has no place in a URL`)
  return encodeURIComponent(value)
}

/**
 * Sends requests with the platform's `fetch`.
 *
 * @param service.endpoint the URL of the service in the service catalogue, with the project
 */
export const sendWithFetch =
  (service: Readonly<{ endpoint: string; token: string }>): Send =>
  async ({ method, path, body }) => {
    const response = await fetch(`${service.endpoint.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'x-auth-token': service.token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
