import type { IncomingHttpHeaders } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** The address that a client sent its request to, which links begin with, and the client's own address, for the log. */
export type RequestAddress = Readonly<{
  scheme: 'http' | 'https'
  /** Host, and port if the client sent one, in the form of a URL. */
  host: string
  /** The prefix that a proxy removed from the path: empty, or a path without a trailing slash. */
  prefix: string
  /** Address of the client without a port, or the word that a proxy puts in its place to hide it. */
  client: string
}>

/** The part of the address that is known from the connection itself. */
export type Connection = Omit<RequestAddress, 'prefix'>

/** Whether the `Forwarded` and `X-Forwarded-*` headers of the peer of a connection are trusted. */
export type TrustsProxy = (peer: string) => boolean

/** Returns the address of a request. */
export function addressOf({ raw, headers }: FastifyRequest, trustsProxy: TrustsProxy): RequestAddress {
  const { remoteAddress = '' } = raw.socket
  const host = hostIn(headers.host) ?? localHost(raw.socket)
  const connection: Connection = { scheme: 'http', host, client: remoteAddress }
  return requestAddress(headers, connection, trustsProxy(remoteAddress))
}

/** The address that the client has connected to. */
function localHost({ localAddress = '', localPort }: Socket): string {
  const local = isIP(localAddress) === 6 ? `[${localAddress}]` : localAddress
  return `${local || 'localhost'}:${localPort}`
}

/**
 * Returns a client address that the client cannot forge, for counting attempts per address. A proxy appends the address
 * that it talks to at the end of the header; a client may have written everything before that. An IPv6 address counts
 * by its first 64 bits, because its holder can choose the rest.
 */
export function directClientOf({ raw, headers }: FastifyRequest, trustsProxy: TrustsProxy): string {
  const { remoteAddress = '' } = raw.socket
  return directClient(headers, remoteAddress, trustsProxy(remoteAddress))
}

export function directClient(headers: IncomingHttpHeaders, peer: string, trustsProxy: boolean): string {
  if (!trustsProxy) return networkOf(peer)
  const last = (name: string) => {
    const text = headers[name]?.toString()
    return text?.slice(text.lastIndexOf(',') + 1).trim()
  }
  const [forwarded, forwardedFor] = [last('forwarded'), last('x-forwarded-for')]
  const clients = [
    ...(forwarded === undefined ? [] : [firstHop(forwarded).for]),
    ...(forwardedFor === undefined ? [] : [forwardedFor]),
  ].map(clientIn)
  const [one, other = one] = clients
  // A proxy that sets only one of the two headers may pass on the other as the client wrote it, and it is unknown which
  // one that is.
  return one !== undefined && one === other && isIP(one) ? networkOf(one) : networkOf(peer)
}

/** Returns an IPv4 address unchanged, also if it is mapped into IPv6, and the first 64 bits of an IPv6 address. */
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

/** The base URL of the API, which its links begin with. */
export const baseOf = ({ scheme, host, prefix }: RequestAddress): string => `${scheme}://${host}${prefix}`

/**
 * Reads the address from the headers. As in oslo.middleware (5.0.0 http_proxy_to_wsgi.py), proxy headers are used only
 * if the configuration says so, since any client can send them. `Forwarded` (RFC 7239) takes precedence over
 * `X-Forwarded-Proto`, `-Host` and `-For`; `X-Forwarded-Prefix` is used with either. Unlike oslo.middleware, this
 * handles several hops: the first one is the client's, and the prefixes are joined. An invalid part is ignored, so that
 * it cannot end up in links, headers and logs.
 */
export function requestAddress(
  headers: IncomingHttpHeaders,
  connection: Connection,
  trustsProxy: boolean,
): RequestAddress {
  const { scheme, client } = connection
  const direct = { scheme, client, host: hostIn(headers.host) ?? connection.host, prefix: '' }
  if (!trustsProxy) return direct
  const header = (name: string): string | undefined => headers[name]?.toString()
  const first = (name: string) => header(name)?.split(',')[0]?.trim()
  const forwarded = header('forwarded')
  const parts = forwarded
    ? firstHop(forwarded)
    : { proto: first('x-forwarded-proto'), host: first('x-forwarded-host'), for: first('x-forwarded-for') }
  return {
    scheme: schemeIn(parts.proto) ?? direct.scheme,
    host: hostIn(parts.host) ?? direct.host,
    prefix: prefixIn(header('x-forwarded-prefix')) ?? direct.prefix,
    client: clientIn(parts.for) ?? direct.client,
  }
}

/** One `name=value` of RFC 7239. Blanks match in one way only, so that a long run of them does not cause backtracking. */
const pair = /[;\s]*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*(?=[;,]|$)/y
const endOfHop = /[;\s]*(?:,|$)/y

/**
 * Parses the first hop of a `Forwarded` header, which the proxy next to the client wrote. Empty if it cannot be parsed.
 */
function firstHop(forwarded: string): Readonly<Record<string, string>> {
  const parts: Record<string, string> = {}
  for (let at = 0; ; at = pair.lastIndex) {
    pair.lastIndex = at
    const [, name, quoted, bare] = pair.exec(forwarded) ?? []
    if (name === undefined) return {}
    parts[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare!
    endOfHop.lastIndex = pair.lastIndex
    if (endOfHop.test(forwarded)) return parts
  }
}

function schemeIn(text: string | undefined): 'http' | 'https' | undefined {
  const scheme = text?.toLowerCase()
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}

const hostLengthMax = 300

/** The hosts of the last requests. Clients write only a few, and reading one takes a while. */
const knownHosts = new Map<string, string | undefined>()
const knownHostsMax = 100

function hostIn(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (knownHosts.has(text)) return knownHosts.get(text)
  if (knownHosts.size >= knownHostsMax) knownHosts.clear()
  const host = readHost(text)
  knownHosts.set(text, host)
  return host
}

/** Stricter than the syntax of URLs, which allows characters in a host that no real host name contains. */
function readHost(text: string): string | undefined {
  if (text.length > hostLengthMax || !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(text)) return undefined
  return URL.canParse(`http://${text}/`) ? text : undefined
}

function prefixIn(text: string | undefined): string | undefined {
  const parts = text?.split(',').map(part => part.trim().replace(/\/$/, ''))
  const arePaths = parts?.every(part => /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@%-]+)*$/.test(part))
  return arePaths ? parts!.join('') : undefined
}

/** Accepts an address, with or without port and brackets, `unknown`, and a name that begins with `_` (RFC 7239, 6). */
function clientIn(text = ''): string | undefined {
  if (/^(?:unknown|_[\w.-]+)$/.test(text)) return text
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) ? bare : undefined
}
