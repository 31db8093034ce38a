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
  if (hasRepeated(rawHeaders)) throw refusal.malformed_request({})
  const transfer = headers['transfer-encoding']
  if (transfer !== undefined && transfer.trim().toLowerCase() !== 'chunked') throw refusal.malformed_request({})
}

/** @param rawHeaders names and values in turn */
function hasRepeated(rawHeaders: readonly string[]): boolean {
  let found = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const written = rawHeaders[at]!
    // Most names differ in length from all of these, and need no lower case.
    if (!lengths.has(written.length)) continue
    const place = onlyOnce.indexOf(written.toLowerCase())
    if (place === -1) continue
    if (found & (1 << place)) return true
    found |= 1 << place
  }
  return false
}

const lengths: ReadonlySet<number> = new Set(onlyOnce.map(name => name.length))
