import { refusal } from '../../rules/refusals.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses a request body; an empty one is no body, and one that is not UTF-8 is no JSON. Nor is one with half a character,
 * such as `"\ud800"`: databases store another one in its place. Integers that a double cannot hold become text, digit by
 * digit, so that a flavor id beyond 2^53 stays exact.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes)
    if (text.trim() === '') return undefined
    return JSON.parse(text, readExactly as Parameters<typeof JSON.parse>[1])
  } catch {
    throw refusal.malformed_body({})
  }
}

function readExactly(key: string, value: unknown, context?: { source?: string }): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new Error('half a character')
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isInexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value
}
