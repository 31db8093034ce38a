import type { IncomingMessage } from 'node:http'
import { refusal } from '../../rules/refusals.ts'

/** Headers that must not occur twice: Node reads the first one, while a proxy in front may have read the other. */
const onlyOnce: readonly string[] = ['host', 'content-type', 'content-encoding', 'transfer-encoding']

/**
 * Refuses ambiguous requests that Node accepts: a missing or second Host header (RFC 9112, 3.2), two media types for
 * one body, or a transfer encoding that this server does not decode.
 */
export function requireOneReading({ headers, rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage): void {
  const isHttp10 = httpVersionMajor === 1 && httpVersionMinor === 0
  if (headers.host === undefined && !isHttp10) throw refusal.malformed_request({})
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase())
  if (onlyOnce.some(name => names.indexOf(name) !== names.lastIndexOf(name))) throw refusal.malformed_request({})
  const transfer = headers['transfer-encoding']
  if (transfer !== undefined && transfer.trim().toLowerCase() !== 'chunked') throw refusal.malformed_request({})
}
