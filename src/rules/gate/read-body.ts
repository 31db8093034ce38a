import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import type { GateRequest } from './asked-hardware.ts'
import { gateRefusal } from './refusals.ts'
import { findJsonDoubt, isLenientJson } from './strict-json.ts'

/** The body of a request that can ask for hardware. `passes`: Trove takes no values from it. */
export type BodyReading =
  | Readonly<{ kind: 'passes' }>
  | Readonly<{ kind: 'ambiguous'; refused: Refused }>
  | Readonly<{ kind: 'value'; value: unknown }>

/** The largest body that is read. Bodies of everyday requests are 200 to 2000 bytes. */
export const gateBodyBytesMax = 128 * 1024

const passes: BodyReading = { kind: 'passes' }
const ambiguous = (refused: Refused): BodyReading => ({ kind: 'ambiguous', refused })

/**
 * Reads a body as Trove does: JSON that says so. Trove answers 415 to any other type, except for XML, which it still reads
 * (trove@4cdc0cd common/base_wsgi.py, RequestDeserializer), and ignores a body without a type.
 */
export function readBody(request: GateRequest): BodyReading {
  const { body, contentEncoding } = request
  if (body.length === 0) return passes
  const type = readType(request.contentType?.trim() ?? '')
  if (type) return type
  if (contentEncoding !== undefined && !/^\s*(?:identity)?\s*$/i.test(contentEncoding))
    return ambiguous(refusal.content_encoding_unsupported({ encoding: contentEncoding }))
  if (body.length > gateBodyBytesMax) return ambiguous(refusal.body_too_large({ bytesMax: gateBodyBytesMax }))
  const text = decode(body)
  return text === undefined ? ambiguous(gateRefusal.body_encoding_unclear({})) : readText(text)
}

/** Undefined for JSON. */
function readType(type: string): BodyReading | undefined {
  if (/^application\/json(?:\s*;\s*charset=(?:utf-?8|"utf-?8"))?\s*$/i.test(type)) return undefined
  if (type === '') return ambiguous(gateRefusal.content_type_missing({}))
  return /json|xml/i.test(type) ? ambiguous(gateRefusal.content_type_unclear({ contentType: type })) : passes
}

/** Undefined for a text with a byte order mark, in UTF-16 or UTF-32, or in no encoding of Unicode. */
function decode(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return text.startsWith('\ufeff') || text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function readText(text: string): BodyReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return isLenientJson(text) ? ambiguous(gateRefusal.body_not_strict_json({})) : passes
  }
  const doubt = findJsonDoubt(text)
  return doubt ? ambiguous(doubt) : { kind: 'value', value }
}
