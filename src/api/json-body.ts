import { refusal } from '../rules/refusals.ts'

/**
 * Parses a request body; an empty one is no body. Integers that a double cannot hold become text, digit by digit, so
 * that a flavor id beyond 2^53 stays exact.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text, exactIntegers as Parameters<typeof JSON.parse>[1])
  } catch {
    throw refusal.malformed_body({})
  }
}

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isInexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value
}
