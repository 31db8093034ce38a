import { refusal } from '../../rules/refusals.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses a request body. An empty body counts as none. A body that is not UTF-8 is refused, and so is an unpaired
 * surrogate such as `"\ud800"`, because databases store another character in its place. Integers beyond the range of a
 * double become text with the same digits, so that a flavor id beyond 2^53 stays exact.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes)
    if (text.trim() === '') return undefined
    if (!needsCare(text)) return JSON.parse(text)
    return JSON.parse(text, readExactly as Parameters<typeof JSON.parse>[1])
  } catch {
    throw refusal.malformed_body({})
  }
}

/**
 * Whether only `readExactly` reads a body correctly: because of the escape of a surrogate, as many digits as an inexact integer
 * has, or so many brackets that it may be nested too deeply, which `readExactly` refuses. Looking at each value takes longer
 * than the rest of most requests.
 */
const needsCare = (text: string) =>
  /\\u[dD]|\d{16}/.test(text) || text.split(/[[{]/, bracketsMax).length === bracketsMax

const bracketsMax = 500

function readExactly(key: string, value: unknown, context?: { source?: string }): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new Error('unpaired surrogate')
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isInexact && /^-?\d+$/.test(context?.source ?? '') ? context!.source : value
}
