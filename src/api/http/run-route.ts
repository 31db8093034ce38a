/**
 * Runs an endpoint for a request that has passed the checks of `server.ts`: the access policy, the call that the endpoint
 * gets, and its response.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { ownerOf } from '../../operations/instances/find-instance.ts'
import { accessRefusal, callerOf } from '../../rules/access/decide.ts'
import type { PolicyName } from '../../rules/access/default-policies.ts'
import type { Policies } from '../../rules/access/parse-policies.ts'
import { isLikeDryRun } from '../../rules/dry-run-word.ts'
import { refusal } from '../../rules/refusals.ts'
import { dryRunParameter } from '../dry-run.ts'
import { isTrue } from '../list-query.ts'
import type { Call, Route } from '../route.ts'
import { runCounted } from './in-progress.ts'
import { sendJson } from './json-reply.ts'
import { addressOf, baseOf } from './request-address.ts'
import { pathOf } from './request-path.ts'
import type { ServerParts, ServerSettings } from './server.ts'
import { possiblyStale } from './stale-lists.ts'

/**
 * Parameters that are names. Such names can contain a slash if they were created by other means, and must be deletable.
 */
const nameParameters: readonly string[] = ['datastore', 'version', 'flavor', 'type', 'database', 'user']

/**
 * Trove's router tells a path with a trailing slash from one without, and decodes an encoded slash. Names may contain
 * one.
 */
const isAnotherPath = (params: unknown) =>
  Object.entries(params as Record<string, string>).some(
    ([name, part]) => part === '' || (part.includes('/') && !nameParameters.includes(name)),
  )

/**
 * Only admins can reach instances of other projects. The access policy is then checked for the owning project, as in
 * Trove.
 */
export async function checkAccess(route: Route, request: FastifyRequest, { ports, policies }: ServerParts) {
  if (isAnotherPath(request.params)) throw refusal.route_not_found({})
  const caller = request.caller!
  const { id } = request.params as { id?: string }
  if (caller.isAdmin && id !== undefined && route.path.startsWith('/instances/:id'))
    request.owner = (await ownerOf(ports, id)) ?? caller.projectId
  requirePolicy(route.policy, request, policies())
}

function requirePolicy(policy: PolicyName, { caller, owner }: FastifyRequest, policies: Policies): void {
  const refused = accessRefusal(policies, policy, caller!, owner ?? caller!.projectId)
  if (refused) throw refused
}

export async function answer(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { ports, policies, metrics, decisions }: ServerParts,
  { trustsProxy }: ServerSettings,
) {
  refuseUntriable(route, request)
  const caller = request.caller!
  const address = addressOf(request, trustsProxy)
  const call: Call<string> = {
    ports: request.method === 'GET' ? possiblyStale(ports, reply) : ports,
    caller,
    actor: { id: caller.userId, requestId: request.id },
    reader: { host: address.host, prefix: address.prefix, projectId: caller.projectId, isAdmin: caller.isAdmin },
    params: request.params as Record<string, string>,
    query: singleValues(request.query as Record<string, unknown>),
    url: new URL(`${baseOf(address)}${pathOf(request.originalUrl)}`),
    body: request.body,
    decisions,
    callerOf: user => callerOf(policies(), user),
    requirePolicy: policy => requirePolicy(policy, request, policies()),
    rates: () => request.server.rateLimits.describe(caller.projectId),
  }
  const body = await runCounted(request, reply, metrics.inProgress, () => route.run(call))
  return sendJson(reply, statusOf(route, call, body), body ?? undefined)
}

function statusOf({ answers, emptyStatus, dryRunStatus }: Route, { url }: Call<string>, body: unknown): number {
  if (body == null && emptyStatus !== undefined) return emptyStatus
  if (dryRunStatus !== undefined && isTrue(url.searchParams.get(dryRunParameter) ?? undefined)) return dryRunStatus
  return answers[0]
}

/**
 * A client that wants to try a change must not make it, because the route cannot be tried or the parameter is misspelled.
 */
function refuseUntriable({ method, query, dryRunAdvice }: Route, request: FastifyRequest) {
  if (method === 'GET') return
  const canBeTried = query?.properties[dryRunParameter] !== undefined
  const word = Object.keys(request.query as object).find(
    name => isLikeDryRun(name) && !(canBeTried && name === dryRunParameter),
  )
  if (word === undefined) return
  const advice = canBeTried ? `Use '${dryRunParameter}'.` : (dryRunAdvice ?? 'This request has no dry run.')
  throw refusal.dry_run_unknown({ word, advice })
}

/** Drops parameters that occur several times. Schemas refuse that for every parameter that a route reads. */
const singleValues = (query: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
