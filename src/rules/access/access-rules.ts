import type { AccessRule } from '../../model/caller.ts'

/**
 * Whether a request is one that the access rules of an application credential allow, as keystonemiddleware decides it
 * (keystonemiddleware auth_token/__init__.py, validate_allowed_request): a rule names service, method and path.
 *
 * @param rules undefined for a token that has none; an empty list allows nothing
 * @param serviceType what this service is called in Keystone's catalogue
 * @param asked the path as the client wrote it, encoded; a query is left out of account
 */
export function isWithinAccessRules(
  rules: readonly AccessRule[] | undefined,
  serviceType: string,
  asked: Readonly<{ method: string; path: string }>,
): boolean {
  if (rules === undefined) return true
  if (serviceType === '') return false
  const path = decoded(asked.path.replace(/\?.*/s, ''))
  // To a router a path ends there; to a pattern it would go on.
  if (path === undefined || asked.path.includes('#')) return false
  let work = 0
  for (const { service, method, path: pattern } of rules) {
    if (service !== serviceType || method !== asked.method) continue
    const steps = stepsOf(pattern)
    work += steps.length * path.length
    if (work > workMax) return false
    if (isMatch(steps, path)) return true
  }
  return false
}

/** Characters of the path times steps of the patterns: hundreds of rules for any path of ours, and milliseconds. */
const workMax = 1_000_000

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** What the next character has to be; `repeated` ones may come any number of times, none included. */
type Step = Readonly<{ accepts(character: string): boolean; repeated: boolean }>

const anyPart = (character: string) => character !== '/'

/** `*` and `{name}` stand for one part of a path, `**` for any number of them. */
function stepsOf(pattern: string): Step[] {
  return [...pattern.matchAll(/\{[^}]*\}|\*\*|\*|./gsu)].flatMap(([text]): Step[] => {
    if (text === '**') return [{ accepts: () => true, repeated: true }]
    if (text !== '*' && !/^\{.*\}$/s.test(text)) return [{ accepts: character => character === text, repeated: false }]
    return [
      { accepts: anyPart, repeated: false },
      { accepts: anyPart, repeated: true },
    ]
  })
}

/**
 * All ways at once, a character at a time: tenants write the patterns, and a regular expression made of one could take
 * forever.
 */
function isMatch(steps: readonly Step[], path: string): boolean {
  let places: Places = new Uint8Array(steps.length + 1)
  places[0] = 1
  enter(steps, places)
  for (const character of path) {
    const next: Places = new Uint8Array(steps.length + 1)
    for (const [place, { accepts, repeated }] of steps.entries())
      if (places[place] && accepts(character)) next[repeated ? place : place + 1] = 1
    enter(steps, next)
    places = next
  }
  return places[steps.length] === 1
}

/** 1 for each step that may come next; the last place is behind all of them. */
type Places = Uint8Array<ArrayBuffer>

/** Adds the places behind what may come no time at all. */
function enter(steps: readonly Step[], places: Places): void {
  for (const [place, { repeated }] of steps.entries()) if (places[place] && repeated) places[place + 1] = 1
}
