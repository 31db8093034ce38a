import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Writes requests as bytes, plainly and in forms that two readers could take for different requests. */

/** A request before it is written. `path` has the query; each header has a name and a value. */
export type WireRequest = Readonly<{
  method: string
  path: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer
}>

export type WireForm = Readonly<{
  write(request: WireRequest): Buffer
  /** True if a server may wait for more: then there is no answer. */
  mayHang?: true
}>

const bytes = (text: string) => Buffer.from(text, 'latin1')

type Head = Readonly<{ version?: string; path?: string; more?: readonly string[]; end?: string }>

/** Headers are written as UTF-8, the bytes of which a test compares. */
function write({ method, path, headers, body }: WireRequest, { version = '1.1', end = '\r\n', ...head }: Head): Buffer {
  const lines = [
    `${method} ${head.path ?? path} HTTP/${version}`,
    'Host: gate',
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(head.more ?? []),
  ]
  return Buffer.concat([Buffer.from(lines.join(end) + end + end), body])
}

const lengthOf = (body: Buffer) => `Content-Length: ${body.length}`

/** The body in chunks of a size, each with an extension. */
function inChunks(body: Buffer, { size = body.length, extension = '', end = '0\r\n\r\n', zeros = '' } = {}): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size)
    parts.push(bytes(`${zeros}${part.length.toString(16)}${extension}\r\n`), part, bytes('\r\n'))
  }
  return Buffer.concat([...parts, bytes(end)])
}

const plain = (request: WireRequest, more: readonly string[] = [], head: Head = {}) =>
  write(request, { ...head, more: [...more, lengthOf(request.body)] })

const chunked = (request: WireRequest, options: Parameters<typeof inChunks>[1] = {}, head: Head = {}) =>
  write({ ...request, body: inChunks(request.body, options) }, { more: ['Transfer-Encoding: chunked'], ...head })

/** Adds a header that some reader may heed. */
const with_ = (...more: string[]): WireForm => ({ write: request => plain(request, more) })

/** Writes the headers with a name changed. */
const renamed = (name: string, other: string): WireForm => ({
  write: request =>
    plain({ ...request, headers: request.headers.map(([each, value]) => [each === name ? other : each, value]) }),
})

/** A second request hidden in the body of the first, or behind it. */
const second = (request: WireRequest) => plain({ ...request, headers: [...request.headers, ['X-Hidden', 'yes']] })
const nothing = (request: WireRequest): WireRequest => ({ ...request, method: 'GET', body: Buffer.alloc(0) })
const staysOpen = (written: Buffer) => bytes(written.toString('latin1').replace('Connection: close\r\n', ''))

/** Everything but the plain form, by what is odd. */
export const oddForms: Readonly<Record<string, WireForm>> = {
  'in chunks': { write: request => chunked(request) },
  'in small chunks': { write: request => chunked(request, { size: 7 }) },
  'in chunks with extensions': { write: request => chunked(request, { extension: ';a="b\\"c"' }) },
  'in chunks with zeros': { write: request => chunked(request, { zeros: '0000' }) },
  'in chunks with a trailer': {
    write: request => chunked(request, { end: '0\r\nContent-Type: text/plain\r\nX-Auth-Token: none\r\n\r\n' }),
  },
  'in chunks without an end': { write: request => chunked(request, { end: '' }), mayHang: true },
  'in chunks, in HTTP/1.0': { write: request => chunked(request, {}, { version: '1.0' }), mayHang: true },
  'in chunks, with the length': {
    write: request => chunked(request, {}, { more: ['Transfer-Encoding: chunked', lengthOf(request.body)] }),
  },
  'in chunks twice': {
    write: request => chunked({ ...request, body: inChunks(request.body) }, {}),
  },
  'a length and no chunks, but said': {
    write: request => plain(request, ['Transfer-Encoding: chunked']),
    mayHang: true,
  },
  'a length and no chunks, but almost said': with_('Transfer-Encoding: identity'),
  'an underscore in Transfer_Encoding': {
    write: request => plain({ ...request, body: inChunks(request.body) }, ['Transfer_Encoding: chunked']),
  },
  'the length twice': { write: request => plain(request, [lengthOf(request.body)]) },
  'two lengths': with_('Content-Length: 2'),
  'a length in a list': {
    write: request => write(request, { more: [`${lengthOf(request.body)}, ${request.body.length}`] }),
  },
  'a length with a sign': { write: request => write(request, { more: [`Content-Length: +${request.body.length}`] }) },
  'a length with a zero': { write: request => write(request, { more: [`Content-Length: 0${request.body.length}`] }) },
  'no length': { write: request => write(request, {}), mayHang: true },
  'a length that is too small': {
    write: request => write(request, { more: [`Content-Length: ${Math.max(request.body.length - 1, 0)}`] }),
  },
  'a length that is too large': {
    write: request => write(request, { more: [`Content-Length: ${request.body.length + 1}`] }),
    mayHang: true,
  },
  'HTTP/1.0': { write: request => plain(request, [], { version: '1.0' }) },
  'HTTP/1.2': { write: request => plain(request, [], { version: '1.2' }) },
  'ends of lines without a return': { write: request => plain(request, [], { end: '\n' }), mayHang: true },
  'empty lines before it': { write: request => Buffer.concat([bytes('\r\n\r\n'), plain(request)]) },
  'a whole URL': { write: request => plain(request, [], { path: `http://gate${request.path}` }) },
  'a whole URL of another host': { write: request => plain(request, [], { path: `http://other:80${request.path}` }) },
  'two slashes before the path': { write: request => plain(request, [], { path: `/${request.path}` }) },
  'a fragment': { write: request => plain(request, [], { path: `${request.path}#/datastores` }) },
  'two hosts': with_('Host: other'),
  'a second type': with_('Content-Type: text/plain'),
  'a second type before it': {
    write: request => plain({ ...request, headers: [['Content-Type', 'text/plain'], ...request.headers] }),
  },
  'a second token': with_('X-Auth-Token: none'),
  'an underscore in the type': renamed('Content-Type', 'Content_Type'),
  'a second type with an underscore': with_('Content_Type: text/plain'),
  'a blank before the colon': renamed('Content-Type', 'Content-Type '),
  'a folded header': with_('X-Folded: a\r\n Content-Type: text/plain'),
  'a header with a return': with_('X-Folded: a\rContent-Type: text/plain'),
  'other letters in names': {
    write: request =>
      plain({ ...request, headers: request.headers.map(([name, value]) => [name.toLowerCase(), value]) }),
  },
  'another method in a header': with_('X-HTTP-Method-Override: GET', 'X-HTTP-Method: GET', 'X-Method-Override: GET'),
  'another path in a header': with_('X-Original-URL: /v1.0/p/datastores', 'X-Rewrite-URL: /v1.0/p/datastores'),
  'another prefix in a header': with_('X-Forwarded-Prefix: /v1.0', 'X-Script-Name: /v1.0'),
  'another project in a header': with_('X-Project-Id: other', 'X-Tenant-Id: other', 'X-Roles: admin'),
  'another identity with underscores': with_('X_Project_Id: other', 'X_Roles: admin', 'X_Auth_Token: none'),
  'an encoding': with_('Content-Encoding: identity'),
  'an encoding that is not so': with_('Content-Encoding: gzip'),
  'headers that end at the next hop': with_('Connection: Content-Type, Content-Length, X-Auth-Token'),
  'an upgrade': with_('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
  'an expectation': with_('Expect: 100-continue'),
  'an expectation that nobody meets': with_('Expect: something'),
  'behind another request': { write: request => Buffer.concat([plain(nothing(request)), second(request)]) },
  'behind another request that stays open': {
    write: request => Buffer.concat([staysOpen(plain(nothing(request))), second(request)]),
  },
  'in the body of another request': {
    write: request => plain({ ...nothing(request), body: second(request) }),
  },
  'behind the end of chunks': {
    write: request => Buffer.concat([chunked({ ...request, method: 'GET' }), second(request)]),
  },
}

export const plainForm: WireForm = { write: request => plain(request) }

/**
 * Sends bytes to a server and reads until it closes the connection, or is silent for so long. Gives the statuses of its
 * answers, and all bytes as a text.
 */
export async function sendBytes(url: string, sent: Buffer, silenceMs: number) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(sent)
  socket.setTimeout(silenceMs, () => socket.end())
  const text = await buffer(socket).then(
    answer => answer.toString('latin1'),
    () => '',
  )
  const statuses = [...text.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g)].map(([, status]) => Number(status))
  return { statuses, text }
}
