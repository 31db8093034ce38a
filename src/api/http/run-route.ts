/**
 * Runs an endpoint for a request that has passed the checks of `server.ts`: the access policy, the call that the endpoint
 * gets, and its response.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { ownerOf } from '../../operations/instances/find-instance.ts'
import { callerOf } from '../../rules/access/decide.ts'
import { isLikeDryRun } from '../../rules/dry-run-word.ts'
import { refusal } from '../../rules/refusals.ts'
import { type Soon, whenKnown } from '../../turn/when-known.ts'
import { dryRunParameter } from '../dry-run.ts'
import { isTrue } from '../list-query.ts'
import type { Call, Route } from '../route.ts'
import { logLateError } from './error-answers.ts'
import { whileRunning } from './in-progress.ts'
import { jsonBytes, sendBytes } from './json-reply.ts'
import { callerKey, requirePolicy } from './known-callers.ts'
import { portsOf } from './remembered-answers.ts'
import { addressOf, baseOf, type RequestAddress } from './request-address.ts'
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
function checkAccess(route: Route, request: FastifyRequest, { ports, policies }: ServerParts): Soon<void> {
  if (isAnotherPath(request.params)) throw refusal.route_not_found({})
  const caller = request.caller!
  const { id } = request.params as { id?: string }
  const requireFor = (owner: string) => requirePolicy(policies(), route.policy, caller, owner)
  if (!caller.isAdmin || id === undefined || !route.path.startsWith('/instances/:id'))
    return requireFor(caller.projectId)
  return ownerOf(ports, id).then((owner = caller.projectId) => {
    request.owner = owner
    requireFor(owner)
  })
}

/** The answer of an endpoint, which several requests can be given. */
export type Answer = Readonly<{ status: number; bytes: Buffer; warnings: readonly string[] }>

/** Checks the access policy, runs the endpoint and sends its answer. Equal requests that read share a run. */
export function answer(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ServerParts,
  settings: ServerSettings,
): Soon<void> {
  const answered = whenKnown(checkAccess(route, request, parts), () => {
    refuseUntriable(route, request)
    const running = answerOrShare(route, request, addressOf(request, settings.trustsProxy), parts)
    return whenKnown(whileRunning(request, reply, parts.metrics.inProgress, running), answer => send(reply, answer))
  })
  if (!(answered instanceof Promise)) return answered
  return answered.catch(error => {
    if (!reply.sent) throw error
    logLateError(error, request)
  })
}

function send(reply: FastifyReply, { status, bytes, warnings }: Answer): void {
  for (const warning of warnings) reply.header('warning', warning)
  sendBytes(reply, status, bytes)
}

function answerOrShare(
  route: Route,
  request: FastifyRequest,
  address: RequestAddress,
  parts: ServerParts,
): Soon<Answer> {
  const run = () => runRoute(route, request, address, parts)
  if (request.method !== 'GET') return run()
  const { equalRequests, rememberedAnswers } = request.server
  const key = keyOf(request, address)
  return route.madeFrom ? rememberedAnswers(route.madeFrom, key, run) : equalRequests(key, run)
}

/** Equal for requests that get equal answers. */
const keyOf = ({ caller, originalUrl }: FastifyRequest, address: RequestAddress) =>
  `${callerKey(caller!)} ${baseOf(address)} ${originalUrl}`

async function runRoute(
  route: Route,
  request: FastifyRequest,
  address: RequestAddress,
  { ports, policies, decisions }: ServerParts,
): Promise<Answer> {
  const caller = request.caller!
  const warnings: string[] = []
  const readable = request.method === 'GET' ? possiblyStale(ports, warning => warnings.push(warning)) : ports
  const call: Call<string> = {
    ports: route.madeFrom ? portsOf(readable, route.madeFrom) : readable,
    caller,
    actor: { id: caller.userId, requestId: request.id },
    reader: { host: address.host, prefix: address.prefix, projectId: caller.projectId, isAdmin: caller.isAdmin },
    params: request.params as Record<string, string>,
    query: singleValues(request.query as Record<string, unknown>),
    // Few endpoints need it, and parsing one takes a while.
    get url() {
      return new URL(`${baseOf(address)}${pathOf(request.originalUrl)}`)
    },
    body: request.body,
    decisions,
    callerOf: user => callerOf(policies(), user),
    requirePolicy: policy => requirePolicy(policies(), policy, caller, request.owner ?? caller.projectId),
    rates: () => request.server.rateLimits.describe(caller.projectId),
  }
  const body = await route.run(call)
  return { status: statusOf(route, call, body), bytes: jsonBytes(body ?? undefined), warnings }
}

function statusOf({ answers, emptyStatus, dryRunStatus }: Route, call: Call<string>, body: unknown): number {
  if (body == null && emptyStatus !== undefined) return emptyStatus
  if (dryRunStatus !== undefined && isTrue(call.url.searchParams.get(dryRunParameter) ?? undefined)) return dryRunStatus
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
