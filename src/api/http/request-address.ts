import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Where a client sent its request, and who it is: what links begin with, and what the log names. */
export type RequestAddress = Readonly<{
  scheme: 'http' | 'https'
  /** Host and port as a URL has them, the port only where it was said. */
  host: string
  /** What a proxy took away from the front of the path: empty, or a path without a slash at its end. */
  prefix: string
  /** Address of the client, without a port; a word that stands for it, where a proxy hides it. */
  client: string
}>

/** The same as far as the connection itself knows it. */
export type Connection = Omit<RequestAddress, 'prefix'>

/** The address of a request. `heedsProxy` is `[oslo_middleware] enable_proxy_headers_parsing`. */
export function addressOf({ raw, headers }: FastifyRequest, heedsProxy: boolean): RequestAddress {
  const { localAddress = '', localPort, remoteAddress = '' } = raw.socket
  const local = isIP(localAddress) === 6 ? `[${localAddress}]` : localAddress
  return requestAddress(
    headers,
    { scheme: 'http', host: `${local || 'localhost'}:${localPort}`, client: remoteAddress },
    heedsProxy,
  )
}

/**
 * Who a request comes from, as far as nobody but the proxy can say it: for whatever counts against an address. The proxy puts
 * the address of whoever it talks to at the end; all before that may be written by a client. IPv6 counts by its first 64
 * bits, since the rest is its holder's choice.
 */
export const neighbourOf = ({ raw, headers }: FastifyRequest, heedsProxy: boolean): string =>
  neighbour(headers, raw.socket.remoteAddress ?? '', heedsProxy)

export function neighbour(headers: IncomingHttpHeaders, peer: string, heedsProxy: boolean): string {
  if (!heedsProxy) return networkOf(peer)
  const last = (name: string) => {
    const text = headers[name]?.toString()
    return text?.slice(text.lastIndexOf(',') + 1).trim()
  }
  const [forwarded, forwardedFor] = [last('forwarded'), last('x-forwarded-for')]
  const said = [
    ...(forwarded === undefined ? [] : [firstHop(forwarded).for]),
    ...(forwardedFor === undefined ? [] : [forwardedFor]),
  ].map(clientIn)
  const [one, other = one] = said
  // A proxy that sets only one of the two may let the other through as a client wrote it, and which is which is not known.
  return one !== undefined && one === other && isIP(one) ? networkOf(one) : networkOf(peer)
}

/** An IPv4 address as it is, also where it is written as one of IPv6; the first half of an IPv6 address. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [left = '', right] = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1).split('::')
  const [start, end] = [left, right ?? ''].map(part => (part === '' ? [] : part.split(':')))
  const groups = [...start!, ...Array<string>(8 - start!.length - end!.length).fill('0'), ...end!]
  const mapped = /^0:0:0:0:0:ffff:(\w+):(\w+)$/.exec(groups.join(':'))
  if (!mapped) return `${groups.slice(0, 4).join(':')}::/64`
  const bits = [mapped[1]!, mapped[2]!].map(group => Number.parseInt(group, 16))
  return bits.flatMap(pair => [pair >> 8, pair & 0xff]).join('.')
}

/** What the links to the root of the API begin with. */
export const baseOf = ({ scheme, host, prefix }: RequestAddress): string => `${scheme}://${host}${prefix}`

/**
 * Reads the address out of the headers. As oslo.middleware does (5.0.0 http_proxy_to_wsgi.py), a proxy's are heeded only
 * where that is configured, since anybody can send them; `Forwarded` (RFC 7239) counts before `X-Forwarded-Proto`, `-Host`
 * and `-For`, and `X-Forwarded-Prefix` beside either. Unlike there, several hops are several: the first is the client's, while
 * prefixes are taken away one after the other. A part that cannot be what it should be counts as not sent, or it would end up
 * in links, headers and logs.
 */
export function requestAddress(
  headers: IncomingHttpHeaders,
  connection: Connection,
  heedsProxy: boolean,
): RequestAddress {
  const { scheme, client } = connection
  const direct = { scheme, client, host: hostIn(headers.host) ?? connection.host, prefix: '' }
  if (!heedsProxy) return direct
  const header = (name: string): string | undefined => headers[name]?.toString()
  const first = (name: string) => header(name)?.split(',')[0]?.trim()
  const forwarded = header('forwarded')
  const said = forwarded
    ? firstHop(forwarded)
    : { proto: first('x-forwarded-proto'), host: first('x-forwarded-host'), for: first('x-forwarded-for') }
  return {
    scheme: schemeIn(said.proto) ?? direct.scheme,
    host: hostIn(said.host) ?? direct.host,
    prefix: prefixIn(header('x-forwarded-prefix')) ?? direct.prefix,
    client: clientIn(said.for) ?? direct.client,
  }
}

/** One `name=value` of RFC 7239. Blanks can be read in one way only, so many of them take no time. */
const pair = /[;\s]*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*(?=[;,]|$)/y
const endOfHop = /[;\s]*(?:,|$)/y

/** What the proxy next to the client said; nothing when that cannot be read. */
function firstHop(forwarded: string): Readonly<Record<string, string>> {
  const said: Record<string, string> = {}
  for (let at = 0; ; at = pair.lastIndex) {
    pair.lastIndex = at
    const [, name, quoted, bare] = pair.exec(forwarded) ?? []
    if (name === undefined) return {}
    said[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare!
    endOfHop.lastIndex = pair.lastIndex
    if (endOfHop.test(forwarded)) return said
  }
}

function schemeIn(text: string | undefined): 'http' | 'https' | undefined {
  const scheme = text?.toLowerCase()
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}

const hostLengthMax = 300

/** Stricter than a URL is: whatever else may stand in a host, nobody's is called so. */
function hostIn(text: string | undefined): string | undefined {
  if (!text || text.length > hostLengthMax || !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(text)) return undefined
  return URL.canParse(`http://${text}/`) ? text : undefined
}

function prefixIn(text: string | undefined): string | undefined {
  const parts = text?.split(',').map(part => part.trim().replace(/\/$/, ''))
  const arePaths = parts?.every(part => /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@%-]+)*$/.test(part))
  return arePaths ? parts!.join('') : undefined
}

/** An address, with or without a port and brackets; or `unknown`, or a name that begins with `_` (RFC 7239, 6). */
function clientIn(text = ''): string | undefined {
  if (/^(?:unknown|_[\w.-]+)$/.test(text)) return text
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) ? bare : undefined
}
