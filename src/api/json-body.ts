import { refusal } from '../rules/refusals.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses a request body; an empty one is no body, and one that is not UTF-8 is no JSON. Integers that a double cannot
 * hold become text, digit by digit, so that a flavor id beyond 2^53 stays exact.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes)
    if (text.trim() === '') return undefined
    return JSON.parse(text, exactIntegers as Parameters<typeof JSON.parse>[1])
  } catch {
    throw refusal.malformed_body({})
  }
}

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isInexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value
}
