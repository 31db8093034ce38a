import type { ProjectId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'
import type { GateRequestLine } from './asked-hardware.ts'
import { looseReadings } from './loose-path.ts'
import { gateRefusal } from './refusals.ts'
import { plainPath, type RouteKind, routesAtEndOf, routesOf } from './routes.ts'

/** What the request line says: which body is to be read, and for which project and instance or cluster. */
export type FoundRoute =
  | Readonly<{ kind: 'passes' }>
  | Readonly<{ kind: 'ambiguous'; refused: Refused }>
  /** `id` is empty for a route without one. */
  | Readonly<{ kind: 'reads'; route: RouteKind; project: ProjectId; id: string }>

const passes: FoundRoute = { kind: 'passes' }
const ambiguous = (refused: Refused): FoundRoute => ({ kind: 'ambiguous', refused })

/** A part that no server and no proxy changes. */
const isPlain = (part: string): boolean => /^[A-Za-z0-9_-]+$/.test(part)
const isVersion = (part: string | undefined): boolean => part !== undefined && /^v\d+(?:\.\d+)?$/i.test(part)

/** The router takes the method from the query, if this text is in it (routes/middleware.py:46). */
const overridesMethod = (query: string): boolean => /_method/i.test(query.replace(/%5f/gi, '_'))

/**
 * Finds the route of a request line. A path in its plain form is read exactly as Trove reads it. Of any other path, it
 * is only decided whether it could be read as one that asks for hardware: paste removes empty parts, Trove's router
 * accepts a line break at the end and, below `mgmt`, a suffix, and web servers before Trove follow dots.
 */
export function findRoute(line: GateRequestLine): FoundRoute {
  const parts = line.path.split('/')
  if (parts.shift() !== '') return looseRoute(line)
  // Without a version in the path, Trove takes it from the header Accept (common/wsgi.py, VersionedURLMap).
  const [project, ...below] = isVersion(parts[0]) ? parts.slice(1) : parts
  if (project === undefined || !isPlain(project) || !below.every(isPlain)) return looseRoute(line)
  const found = routesOf(below)
  if (found.length === 0) return isMounted(parts) ? looseRoute(line) : looseCase(line, below)
  if (overridesMethod(line.query)) return ambiguous(gateRefusal.method_override_unsupported({}))
  const route = found.find(({ methods }) => methods.includes(line.method))
  if (route) return { kind: 'reads', route: route.kind, project, id: below[route.parts.indexOf('{id}')] ?? '' }
  const isOtherCase = found.some(({ methods }) => methods.includes(line.method.toUpperCase()))
  return isOtherCase ? ambiguous(gateRefusal.method_unclear({ method: line.method })) : passes
}

/** True if there is something before the version, as for a Trove that is mounted below a prefix, or no version at all. */
const isMounted = (parts: readonly string[]): boolean => parts.slice(1).some(isVersion) || !parts.some(isVersion)

/** A path that has a route only if the letter case is ignored. */
function looseCase(line: GateRequestLine, below: readonly string[]): FoundRoute {
  return routesOf(below.map(part => part.toLowerCase())).length > 0 ? looseRoute(line) : passes
}

function looseRoute({ method, path, query }: GateRequestLine): FoundRoute {
  // After a decoded question mark, a part of the path becomes the query.
  const anyMethod = overridesMethod(query) || overridesMethod(path)
  const found = looseReadings(path)
    .flatMap(routesAtEndOf)
    .findLast(({ methods }) => anyMethod || methods.includes(method.toUpperCase()))
  return found ? ambiguous(gateRefusal.path_unclear({ plain: plainPath(found) })) : passes
}
