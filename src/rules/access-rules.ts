import type { AccessRule } from '../model/caller.ts'

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
  return (
    path !== undefined &&
    rules.some(
      ({ service, method, path: pattern }) =>
        service === serviceType && method === asked.method && isMatch(stepsOf(pattern), path),
    )
  )
}

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
  let places = entered(steps, [0])
  for (const character of path) {
    const next = new Set<number>()
    for (const place of places) {
      const step = steps[place]
      if (step?.accepts(character)) next.add(step.repeated ? place : place + 1)
    }
    places = entered(steps, next)
    if (places.size === 0) return false
  }
  return places.has(steps.length)
}

/** The places that can be stood at, with those behind what may come no time at all. */
function entered(steps: readonly Step[], places: Iterable<number>): Set<number> {
  const all = new Set<number>()
  for (let place of places) {
    all.add(place)
    while (steps[place]?.repeated) all.add(++place)
  }
  return all
}
