/**
 * The HTTP server and the checks before any route: ambiguous requests, URL length, token, project, rate limit, body,
 * access policy. Routes are in `../routes.ts`, access policies in `src/rules/access/`; the user of a token comes from
 * `src/identity/`. Node itself rejects some requests before a hook can see them; `broken-requests.ts` answers those.
 */

import { randomUUID } from 'node:crypto'
import swagger from '@fastify/swagger'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Caller } from '../../model/caller.ts'
import type { ProjectId } from '../../model/ids.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Identity, IdentityService } from '../../ports/identity.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Policies } from '../../rules/access/parse-policies.ts'
import { refusal } from '../../rules/refusals.ts'
import { openEqualWork } from '../../turn/equal-work.ts'
import { addConsole, type Console } from '../console/console-routes.ts'
import type { Decisions } from '../gate/decide.ts'
import { addGate, type Gate } from '../gate/gate.ts'
import { addIdentityRoutes } from '../identity/keystone-routes.ts'
import type { Route } from '../route.ts'
import { notOffered, policyRoutes, routes } from '../routes.ts'
import { apiVersionsView } from '../versions/view.ts'
import { authenticate } from './authenticate.ts'
import { answerBrokenRequest, answerBrokenRequests } from './broken-requests.ts'
import { endInTime } from './deadline.ts'
import { answerError, challenge } from './error-answers.ts'
import { refusalBody, unauthenticatedBody } from './error-bodies.ts'
import { countInProgress, type InProgress } from './in-progress.ts'
import { sendJson } from './json-reply.ts'
import { knownCaller } from './known-callers.ts'
import { logRequest } from './log-request.ts'
import { openApiDocument, routeSchema } from './openapi.ts'
import { openRateLimits, type Rates } from './rate-limits.ts'
import { openRememberedAnswers } from './remembered-answers.ts'
import { addressOf, baseOf, type TrustsProxy } from './request-address.ts'
import { addBodyParsers } from './request-body.ts'
import { requireOneReading } from './request-form.ts'
import { acceptedVersion, apiPath, pathOf, rewriteUrl } from './request-path.ts'
import { type Answer, answer } from './run-route.ts'

export type ServerSettings = Readonly<{
  region: string
  /** The type of this service in Keystone's service catalogue, which access rules refer to. */
  serviceType: string
  /** URL where clients log in; undefined if this process is its own identity service. */
  identityUrl?: string | undefined
  /** The URL that the list of versions links to; undefined for the address of the request. */
  publicEndpoint?: string | undefined
  /** Whether a proxy's headers are trusted: the address that a request came from, and the one that it was sent to. */
  trustsProxy: TrustsProxy
  rates: Rates | undefined
  requestTimeoutMs: number
  bodyBytesMax: number
  headerBytesMax: number
  urlLengthMax: number
}>

/** Collects facts about requests and shows them to Prometheus. */
export type ServerMetrics = Readonly<{
  /** `route` is the pattern of the route, because the number of URLs is unlimited; `other` if no route matches. */
  answered(facts: { method: string; route: string; status: number; seconds: number }): void
  inProgress: InProgress
  contentType: string
  text(): Promise<string>
}>

export type ServerParts = Readonly<{
  ports: Ports
  identity: Identity
  /** Served below `/identity`, if this process is its own identity service. */
  identityService?: IdentityService | undefined
  clock: Clock
  /** Returns the access policies that are valid now; their file can change while the server runs. */
  policies(): Policies
  logger: FastifyBaseLogger
  metrics: ServerMetrics
  /** If there is a Trove behind this server: it then answers only what concerns flavor policies. */
  gate?: Gate | undefined
  decisions: Decisions
  /** Served below `/console/`; undefined if it is turned off. */
  console?: Console | undefined
  /**
   * Checks the health for `/healthcheck`: whether a load balancer should send requests here, and a text for people. Throws a
   * Fault if the database is away and nothing can be served without it.
   */
  checkHealth(): Promise<Readonly<{ isHealthy: boolean; text: string }>>
}>

/** Builds the HTTP server with all routes. It does not listen yet. */
export async function buildServer(parts: ServerParts, settings: ServerSettings): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.logger,
    // No logger for each request: making one takes longer than writing a line, and there is one line for a request.
    childLoggerFactory: logger => logger,
    genReqId: () => `req-${randomUUID()}`,
    logController: new LogController({ requestIdLogLabel: 'requestId', disableRequestLogging: true }),
    exposeHeadRoutes: false,
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: settings.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // Answer requests that reach a server that is stopping: after a 503, a proxy would not try another server.
    return503OnClosing: false,
    routerOptions: { maxParamLength: settings.urlLengthMax, ignoreTrailingSlash: false },
    http: {
      maxHeaderSize: settings.headerBytesMax,
      // Node's own refusal has no body, so requireOneReading checks the header.
      requireHostHeader: false,
      // Interval in milliseconds at which Node looks for requests that never end.
      connectionsCheckingInterval: 1000,
    },
    rewriteUrl: request => rewriteUrl(pathOf(request.url ?? '/'), request.headers.accept),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, settings),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, settings),
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        verbose: true,
      },
    },
  })
  app.setSerializerCompiler(() => JSON.stringify)
  answerBrokenRequests(app.server)
  addBodyParsers(app)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, settings))
  await app.register(swagger, openApiDocument)
  addHooks(app, parts, settings)
  addRoutes(app, parts, settings)
  if (parts.identityService) addIdentityRoutes(app, { ...settings, identity: parts.identityService })
  if (parts.console) addConsole(app, parts.console, { ...settings, isGate: parts.gate !== undefined })
  if (parts.gate) {
    const identify = (request: FastifyRequest) => callerIn(request, parts, settings)
    await addGate(app, { ...parts, gate: parts.gate, identify }, settings)
  }
  return app
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    /** The project that owns the instance, if it is not the caller's. */
    owner: ProjectId | null
    /** Set if a service that this server needs is away. */
    away: { faultId: string; because: string } | null
  }
}

function addHooks(app: FastifyInstance, parts: ServerParts, settings: ServerSettings) {
  app.decorateRequest('caller', null)
  app.decorateRequest('owner', null)
  app.decorateRequest('away', null)
  app.decorate('rateLimits', openRateLimits(settings.rates, parts.clock))
  app.decorate('equalRequests', openEqualWork<Answer>())
  app.decorate('rememberedAnswers', openRememberedAnswers(parts))
  // A client that never ends its request, or never reads the response, must not keep the server from stopping.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), settings.requestTimeoutMs).unref()
  })
  // Callbacks and not promises: these hooks run for every request, and most of them have nothing to wait for.
  app.addHook('onRequest', (request, reply, done) => {
    checkRequest(request, reply, parts, settings).then(answered => answered ?? done(), done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply, parts.metrics, settings)
    done()
  })
  app.setNotFoundHandler(answerNotFound)
}

/**
 * Checks in this order: URL length → token → project in the path → rate. Body and access policy are checked per route.
 */
async function checkRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ServerParts,
  settings: ServerSettings,
): Promise<FastifyReply | undefined> {
  const { isForwarded } = request.routeOptions.config
  const endDeadline = isForwarded ? () => {} : endInTime(request, reply, settings)
  countInProgress(request, reply, parts.metrics.inProgress, endDeadline)
  reply.header('x-openstack-request-id', request.id)
  requireOneReading(request.raw)
  if (request.url.length > settings.urlLengthMax) throw refusal.url_too_long({ lengthMax: settings.urlLengthMax })
  if (isForwarded) return undefined
  if (request.method === 'OPTIONS') return reply.status(200).send()
  // The router cuts the path at '#', while a proxy or an access rule may read on.
  if (request.originalUrl.includes('#')) throw refusal.fragment_in_url({})
  const path = apiPath.exec(request.url)
  // The router also matches encoded forms such as /v1%2E0, which the checks below would miss.
  if (!path && request.routeOptions.url?.startsWith('/v1.0')) throw refusal.route_not_found({})
  if (!path) return undefined
  const caller = await callerIn(request, parts, settings)
  if (!caller) return sendJson(reply.header('www-authenticate', challenge(request, settings)), 401, unauthenticatedBody)
  if (path[2] === undefined || decodeURIComponent(path[1] ?? '') !== caller.projectId)
    throw refusal.project_mismatch({ projectId: caller.projectId })
  request.caller = caller
  // A caller who asks on behalf of others asks for all tenants, whose own requests Trove limits.
  if (parts.decisions.callers.includes(caller.userId)) return undefined
  const excess = request.server.rateLimits.refuse(caller.projectId, request.method, path[2])
  if (!excess) return undefined
  return sendJson(reply.header('retry-after', Math.ceil(excess.waitSeconds)), 413, excess.body)
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const version = request.url.startsWith('/v') ? undefined : acceptedVersion(request.headers.accept)
  const refused =
    version === undefined || version === '1.0'
      ? refusal.route_not_found({})
      : refusal.version_not_acceptable({ version })
  return sendJson(reply, refused.status, refusalBody(refused))
}

/** Returns the caller of a request; undefined without a valid token. Refuses a token that is not for a project. */
async function callerIn(request: FastifyRequest, { identity, policies }: ServerParts, settings: ServerSettings) {
  const user = await authenticate(request, identity, settings)
  if (user === 'unscoped') throw refusal.project_missing({})
  return user && knownCaller(policies(), user)
}

function addRoutes(app: FastifyInstance, parts: ServerParts, settings: ServerSettings) {
  const { publicEndpoint, trustsProxy } = settings
  const hidden = { schema: { hide: true } }
  const isGate = parts.gate !== undefined
  if (!isGate)
    app.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/',
      ...hidden,
      handler: async (request, reply) =>
        sendJson(reply, 200, apiVersionsView(publicEndpoint ?? baseOf(addressOf(request, trustsProxy)))),
    })
  app.get('/healthcheck', hidden, async (_request, reply) => {
    reply.type('text/plain; charset=UTF-8')
    const { isHealthy, text } = await parts.checkHealth()
    if (!isHealthy) reply.status(503).header('retry-after', 10)
    return text
  })
  app.get('/metrics', hidden, async (_request, reply) => {
    reply.type(parts.metrics.contentType)
    return parts.metrics.text()
  })
  app.get('/openapi.json', hidden, async () => app.swagger())
  for (const route of isGate ? policyRoutes : routes) {
    app.route({
      method: route.method,
      url: `/v1.0/:project${route.path}`,
      schema: routeSchema(route),
      ...(route.wrapsRequest ? { bodyLimit: 2 * settings.bodyBytesMax } : {}),
      ...largeBodies(route, settings),
      handler: (request, reply) => answer(route, request, reply, parts, settings),
    })
  }
  for (const [path, what] of isGate ? [] : Object.entries(notOffered)) {
    for (const url of [`/v1.0/:project${path}`, `/v1.0/:project${path}/*`]) {
      const refuse = async () => {
        throw refusal.not_offered({ what })
      }
      app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, ...hidden, handler: refuse })
    }
  }
}

/** Lets a route accept bodies beyond the configured limit. They are read only after the token was checked. */
function largeBodies({ bodyBytesMax = 0 }: Route, settings: ServerSettings) {
  if (bodyBytesMax <= settings.bodyBytesMax) return {}
  return { bodyLimit: bodyBytesMax, config: { bodyBytesMax } }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The size of a body that the route accepts, if it is not the configured one. */
    bodyBytesMax?: number
  }
  interface FastifyInstance {
    rateLimits: ReturnType<typeof openRateLimits>
    equalRequests: ReturnType<typeof openEqualWork<Answer>>
    rememberedAnswers: ReturnType<typeof openRememberedAnswers>
  }
}
