import type { AccessRule } from '../../model/caller.ts'

/**
 * True when the access rules of an application credential allow a request. A rule names a service, a method and a path;
 * the comparison is that of keystonemiddleware (auth_token/__init__.py, validate_allowed_request).
 *
 * @param rules undefined for a token without access rules, which allows everything; an empty list allows nothing
 * @param serviceType the type of this service in the service catalogue of Keystone
 * @param request the path as the client sent it, percent-encoded; the query is ignored
 */
export function isWithinAccessRules(
  rules: readonly AccessRule[] | undefined,
  serviceType: string,
  request: Readonly<{ method: string; path: string }>,
): boolean {
  if (rules === undefined) return true
  if (serviceType === '') return false
  const path = decodePath(request.path.replace(/\?.*/s, ''))
  // For the router the path ends at a '#', but a pattern would also match the rest.
  if (path === undefined || request.path.includes('#')) return false
  let work = 0
  for (const { service, method, path: pattern } of rules) {
    if (service !== serviceType || method !== request.method) continue
    const steps = stepsOf(pattern)
    work += steps.length * path.length
    if (work > workMax) return false
    if (isMatch(steps, path)) return true
  }
  return false
}

/**
 * Bounds the characters of the path times the steps of the patterns. This allows hundreds of rules for every path of this
 * API, and takes milliseconds.
 */
const workMax = 1_000_000

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** One step of a pattern: which character it accepts next. A `repeated` step accepts any number of them, or none. */
type Step = Readonly<{ accepts(character: string): boolean; repeated: boolean }>

const inSegment = (character: string) => character !== '/'

/** `*` and `{name}` match one segment of a path, `**` matches any number of segments. */
function stepsOf(pattern: string): Step[] {
  return [...pattern.matchAll(/\{[^}]*\}|\*\*|\*|./gsu)].flatMap(([text]): Step[] => {
    if (text === '**') return [{ accepts: () => true, repeated: true }]
    if (text !== '*' && !/^\{.*\}$/s.test(text)) return [{ accepts: character => character === text, repeated: false }]
    return [
      { accepts: inSegment, repeated: false },
      { accepts: inSegment, repeated: true },
    ]
  })
}

/**
 * Follows all possible matches in parallel, one character at a time. Tenants write the patterns, and a regular expression
 * built from one could backtrack almost forever.
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

/** 1 for each step that can come next. The last place is after all steps: the path matches. */
type Places = Uint8Array<ArrayBuffer>

/** Adds the places after repeated steps, because those may accept no character at all. */
function enter(steps: readonly Step[], places: Places): void {
  for (const [place, { repeated }] of steps.entries()) if (places[place] && repeated) places[place + 1] = 1
}
