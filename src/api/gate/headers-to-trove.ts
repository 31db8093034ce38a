import type { FastifyRequest } from 'fastify'
import type { TrustsProxy } from '../http/request-address.ts'

export type HeaderSettings = Readonly<{
  /** Whether the headers of a proxy in front of the gate are trusted. */
  trustsProxy: TrustsProxy
  /** The header that passes a refusal; Trove never sees it. */
  bypassHeader: string | undefined
}>

const ofProxies = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port']
const prefix = 'x-forwarded-prefix'

/**
 * Returns the headers of a request for Trove, names and values in turn: those of the client, in their order, and then the
 * gate's own, as a proxy sends them. `Host` stays the client's, so that Trove's links lead back through the gate. A header
 * that only a trusted proxy may write is dropped otherwise, because Trove may trust the gate.
 *
 * Headers with an underscore are dropped, as nginx does: WSGI servers cannot tell `Transfer_Encoding` from
 * `Transfer-Encoding`, so that Trove would read another body, token or address than the gate.
 */
export function headersToTrove(
  { raw, headers, id }: Pick<FastifyRequest, 'raw' | 'headers' | 'id'>,
  { trustsProxy, bypassHeader }: HeaderSettings,
): string[] {
  const { remoteAddress = '' } = raw.socket
  const isTrusted = trustsProxy(remoteAddress)
  const dropped = new Set([
    ...(isTrusted ? ['x-forwarded-for'] : [...ofProxies, prefix]),
    ...(bypassHeader === undefined ? [] : [bypassHeader.toLowerCase()]),
  ])
  const isKept = (name: string) => !name.includes('_') && !dropped.has(name.toLowerCase())
  const kept = raw.rawHeaders.filter((_, at, all) => isKept(all[at - (at % 2)]!))
  const peer = remoteAddress || 'unknown'
  const earlier = isTrusted ? headers['x-forwarded-for'] : undefined
  const own: Record<string, string | undefined> = {
    'X-Forwarded-For': earlier === undefined ? peer : `${earlier}, ${peer}`,
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Host': headers.host,
    'X-Openstack-Request-Id': id,
  }
  const isMissing = (name: string) =>
    name === 'X-Forwarded-For' || dropped.has(name.toLowerCase()) || !(name.toLowerCase() in headers)
  for (const [name, value] of Object.entries(own)) if (value !== undefined && isMissing(name)) kept.push(name, value)
  return kept
}
