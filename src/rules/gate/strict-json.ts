import type { Refused } from '../../model/refused.ts'
import { gateRefusal } from './refusals.ts'

/** Finds parts of a JSON text that `JSON.parse` accepts, but that other parsers read differently. */

/** How deep a body may be nested. It is more than any body of Trove's API has, and less than any parser's limit. */
export const levelsMax = 32

/** A string, a sign, or a number or word. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g

/** A whole number that has one form, and that a double stores exactly. */
const isPlainNumber = (text: string): boolean => /^(?:0|-?[1-9]\d{0,14})$/.test(text)

const isWord = (text: string): boolean => text === 'true' || text === 'false' || text === 'null'

/** The value of a string with its quotes. */
const unquote = (quoted: string): string => (quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1))

/** Returns the first part of a JSON text that parsers read differently; undefined if there is none. */
export function findJsonDoubt(text: string): Refused | undefined {
  /** The keys of each object around the current position; undefined for an array. */
  const around: (Set<string> | undefined)[] = []
  let previous = ''
  for (const [part] of text.matchAll(token)) {
    if (part === '{' || part === '[') {
      around.push(part === '{' ? new Set() : undefined)
      if (around.length > levelsMax) return gateRefusal.body_nested_too_deeply({ levelsMax })
    } else if (part === '}' || part === ']') around.pop()
    else if (part === ':') {
      const key = unquote(previous)
      if (around.at(-1)!.has(key)) return gateRefusal.key_repeated({ key })
      around.at(-1)!.add(key)
    } else if (part !== ',') {
      const doubt = findScalarDoubt(part)
      if (doubt) return doubt
    }
    previous = part
  }
  return undefined
}

function findScalarDoubt(part: string): Refused | undefined {
  if (part.startsWith('"'))
    return unquote(part).isWellFormed() ? undefined : gateRefusal.text_not_unicode({ text: part })
  return isWord(part) || isPlainNumber(part) ? undefined : gateRefusal.number_unclear({ number: part })
}

/** True for a text that is not JSON, but that a lenient parser of JSON in Python accepts. */
export function isLenientJson(text: string): boolean {
  const strict = text
    .replace(/\\(?:u.{4}|.)/gs, sequence => (sequence.startsWith('\\u') ? '\\u0000' : sequence))
    .replace(/-?(?:NaN|Infinity)/g, '0')
    .replace(/\p{Nd}/gu, digit => (digit > '9' ? '1' : digit))
  try {
    JSON.parse(strict)
    return true
  } catch {
    return false
  }
}
