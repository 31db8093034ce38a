/**
 * The checks before any route, in this order: ambiguous requests, URL length, token, project in the path, rate limit. Nothing
 * here waits for a promise unless the identity service has to: each request passes these checks.
 */

import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../model/caller.ts'
import { refusal } from '../../rules/refusals.ts'
import { type Soon, whenKnown } from '../../turn/when-known.ts'
import { authenticate } from './authenticate.ts'
import { challenge } from './error-answers.ts'
import { unauthenticatedBody } from './error-bodies.ts'
import { countInProgress } from './in-progress.ts'
import { sendJson } from './json-reply.ts'
import { knownCaller } from './known-callers.ts'
import { requireOneReading } from './request-form.ts'
import { apiPath } from './request-path.ts'
import type { ServerParts, ServerSettings } from './server.ts'

/** Begins a request: sets its deadline, counts it, and checks it. Returns the reply if that was sent. Throws refusals. */
export function checkRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ServerParts,
  settings: ServerSettings,
): Soon<FastifyReply | undefined> {
  const { config, url: route } = request.routeOptions
  if (route !== undefined) request.route = route
  const endDeadline = config.isForwarded ? () => {} : request.server.setDeadline(request, reply)
  countInProgress(request, reply, parts.metrics.inProgress, endDeadline)
  reply.header('x-openstack-request-id', request.id)
  const check = () => checkHead(request, reply, parts, settings, config.isForwarded === true)
  // Node parses what has arrived of the body before promises continue. If that is not HTTP, this is the answer.
  return hasBody(request.headers) ? Promise.resolve().then(check) : check()
}

const hasBody = (headers: IncomingHttpHeaders) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

function checkHead(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ServerParts,
  settings: ServerSettings,
  isForwarded: boolean,
): Soon<FastifyReply | undefined> {
  requireOneReading(request.raw)
  if (request.url.length > settings.urlLengthMax) throw refusal.url_too_long({ lengthMax: settings.urlLengthMax })
  if (isForwarded) return undefined
  if (request.method === 'OPTIONS') return reply.status(200).send()
  // The router cuts the path at '#', while a proxy or an access rule may read on.
  if (request.originalUrl.includes('#')) throw refusal.fragment_in_url({})
  const path = apiPath.exec(request.url)
  // The router also matches encoded forms such as /v1%2E0, which the checks below would miss.
  if (!path && request.route.startsWith('/v1.0')) throw refusal.route_not_found({})
  if (!path) return undefined
  const [, project = '', below] = path
  return whenKnown(callerIn(request, parts, settings), caller =>
    checkCaller(caller, { project, below }, request, reply, parts, settings),
  )
}

function checkCaller(
  caller: Caller | undefined,
  { project, below }: { project: string; below: string | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
  { decisions }: ServerParts,
  settings: ServerSettings,
): FastifyReply | undefined {
  if (!caller) return sendJson(reply.header('www-authenticate', challenge(request, settings)), 401, unauthenticatedBody)
  const { projectId } = caller
  const isEncoded = project.includes('%')
  if (below === undefined || (isEncoded ? decodeURIComponent(project) : project) !== projectId)
    throw refusal.project_mismatch({ projectId })
  request.caller = caller
  // A caller who asks on behalf of others asks for all tenants, whose own requests Trove limits.
  if (decisions.callers.includes(caller.userId)) return undefined
  const excess = request.server.rateLimits.refuse(projectId, request.method, below)
  if (!excess) return undefined
  return sendJson(reply.header('retry-after', Math.ceil(excess.waitSeconds)), 413, excess.body)
}

/** Returns the caller of a request; undefined without a valid token. Refuses a token that is not for a project. */
export const callerIn = (
  request: FastifyRequest,
  { identity, policies }: ServerParts,
  settings: ServerSettings,
): Soon<Caller | undefined> =>
  whenKnown(authenticate(request, identity, settings), user => {
    if (user === 'unscoped') throw refusal.project_missing({})
    return user && knownCaller(policies(), user)
  })
