import type { FastifyRequest } from 'fastify'
import type { TrustsProxy } from '../http/request-address.ts'

export type HeaderSettings = Readonly<{
  /** Whether the headers of a proxy in front of the gate are trusted. */
  trustsProxy: TrustsProxy
  /** The header that passes a refusal; Trove never sees it. */
  bypassHeader: string | undefined
}>

/** Headers that a proxy writes. Web servers before Trove heed more of them than Trove does, such as X-Forwarded-Ssl. */
const isOfProxies = (name: string) => name === 'forwarded' || /^x-forwarded(?:-|$)/.test(name)

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
  const isDropped = (name: string) =>
    name === bypassHeader?.toLowerCase() || (isTrusted ? name === 'x-forwarded-for' : isOfProxies(name))
  const isKept = (name: string) => !name.includes('_') && !isDropped(name)
  const kept = raw.rawHeaders.filter((_, at, all) => isKept(all[at - (at % 2)]!.toLowerCase()))
  const peer = remoteAddress || 'unknown'
  const earlier = isTrusted ? headers['x-forwarded-for'] : undefined
  const own: Record<string, string | undefined> = {
    'X-Forwarded-For': earlier === undefined ? peer : `${earlier}, ${peer}`,
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Host': headers.host,
    'X-Openstack-Request-Id': id,
  }
  const isMissing = (name: string) => isDropped(name) || !(name in headers)
  for (const [name, value] of Object.entries(own))
    if (value !== undefined && isMissing(name.toLowerCase())) kept.push(name, value)
  return kept
}
