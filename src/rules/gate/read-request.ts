import type { Refused } from '../../model/refused.ts'
import { isLikeDryRun } from '../dry-run-word.ts'
import type { AskedHardware, GateReading, GateRequest, GateRequestLine } from './asked-hardware.ts'
import { findRoute } from './find-route.ts'
import { readBody } from './read-body.ts'
import { readClusterAction, readClusterCreate } from './read-cluster.ts'
import { readAction, readAdminAction, readCreate, readUpdate } from './read-instance.ts'
import type { Place } from './read-values.ts'
import { gateRefusal } from './refusals.ts'
import type { RouteKind } from './routes.ts'

/** How a body is read. `id`: the instance or cluster in the path. */
const readers: Readonly<Record<RouteKind, (body: Place, id: string) => AskedHardware | undefined>> = {
  create_instance: readCreate,
  update_instance: readUpdate,
  edit_by_get: readUpdate,
  act_on_instance: readAction,
  act_on_instance_as_admin: readAdminAction,
  create_cluster: readClusterCreate,
  act_on_cluster: readClusterAction,
}

const passes: GateReading = { kind: 'passes' }

/** True if the body must be known to read the request. Call it first: all other bodies need not be kept in memory. */
export const needsBody = (line: GateRequestLine): boolean => findRoute(line).kind === 'reads'

/**
 * Reads what hardware a request to Trove asks for, and for whom. If Trove, another release of it, or a proxy in front
 * of it could understand a request differently than we do, the request is ambiguous. A request passes only if Trove
 * certainly takes no hardware from it, or certainly refuses it; then the response is Trove's own.
 */
export function readRequest(request: GateRequest): GateReading {
  const found = findRoute(request)
  if (found.kind !== 'reads') return found
  const body = readBody(request)
  // Administrators' actions keep flavor and volume type, so that an unclear body gives nothing that has to be judged.
  if (found.route === 'act_on_instance_as_admin' && body.kind === 'ambiguous') return passes
  if (body.kind !== 'value') return body
  const doubts: Refused[] = []
  const ask = readers[found.route]({ value: body.value, key: '', doubts }, found.id)
  const dryRun = ask && dryRunWordIn(request.query)
  if (dryRun !== undefined) doubts.push(gateRefusal.dry_run_unsupported({ word: dryRun }))
  if (ask && found.route === 'edit_by_get') doubts.push(gateRefusal.body_of_get({}))
  if (doubts[0]) return { kind: 'ambiguous', refused: doubts[0] }
  return ask ? { kind: 'asks', project: found.project, ask } : passes
}

/**
 * The name of a query parameter that asks for a dry run, however it is spelled. Trove ignores it: who only wants to try a
 * request must not get hardware.
 */
const dryRunWordIn = (query: string): string | undefined => [...new URLSearchParams(query).keys()].find(isLikeDryRun)
