import type { IncomingMessage } from 'node:http'
import { refusal } from '../../rules/refusals.ts'

/** Headers of which two cannot both be meant; Node keeps the first, and a proxy in front may have read the other. */
const onlyOnce: readonly string[] = ['host', 'content-type', 'content-encoding', 'transfer-encoding']

/**
 * Refuses what Node reads although it cannot be read in one way only: no Host or two of them (RFC 9112, 3.2), two types of
 * one body, or a body in an encoding that is not undone here.
 */
export function requireOneReading({ headers, rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage): void {
  const isHttp10 = httpVersionMajor === 1 && httpVersionMinor === 0
  if (headers.host === undefined && !isHttp10) throw refusal.malformed_request({})
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase())
  if (onlyOnce.some(name => names.indexOf(name) !== names.lastIndexOf(name))) throw refusal.malformed_request({})
  const transfer = headers['transfer-encoding']
  if (transfer !== undefined && transfer.trim().toLowerCase() !== 'chunked') throw refusal.malformed_request({})
}
