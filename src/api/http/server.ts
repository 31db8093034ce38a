/**
 * The HTTP server. The checks before any route are in `check-request.ts`; body and access policy are checked per route.
 * Routes are in `../routes.ts`, access policies in `src/rules/access/`; the user of a token comes from
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
import { answerBrokenRequest, answerBrokenRequests } from './broken-requests.ts'
import { callerIn, checkRequest } from './check-request.ts'
import { openDeadlines } from './deadline.ts'
import { answerError } from './error-answers.ts'
import { refusalBody } from './error-bodies.ts'
import type { InProgress } from './in-progress.ts'
import { jsonBytes, sendBytes, sendJson } from './json-reply.ts'
import { logRequest } from './log-request.ts'
import { openApiDocument, routeSchema } from './openapi.ts'
import { openRateLimits, type Rates } from './rate-limits.ts'
import { openRememberedAnswers } from './remembered-answers.ts'
import { addressOf, baseOf, type TrustsProxy } from './request-address.ts'
import { addBodyParsers } from './request-body.ts'
import { acceptedVersion, pathOf, rewriteUrl } from './request-path.ts'
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
  if (parts.console) {
    const { defaultDatastore = null, volumeSizeGbMax: volumeGbMax } = parts.ports.settings
    const isGate = parts.gate !== undefined
    addConsole(app, parts.console, { ...settings, isGate, defaultDatastore, volumeGbMax })
  }
  if (parts.gate) {
    const identify = async (request: FastifyRequest) => callerIn(request, parts, settings)
    await addGate(app, { ...parts, gate: parts.gate, identify }, settings)
  }
  return app
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    /** The project that owns the instance, if it is not the caller's. */
    owner: ProjectId | null
    /** The pattern of its route; `other` if no route matches. */
    route: string
    /** Set if a service that this server needs is away. */
    away: { faultId: string; because: string } | null
  }
}

function addHooks(app: FastifyInstance, parts: ServerParts, settings: ServerSettings) {
  app.decorateRequest('caller', null)
  app.decorateRequest('owner', null)
  app.decorateRequest('away', null)
  app.decorateRequest('isRunning', false)
  app.decorateRequest('route', 'other')
  app.decorate('setDeadline', openDeadlines(settings))
  app.decorate('rateLimits', openRateLimits(settings.rates, parts.clock))
  app.decorate('equalRequests', openEqualWork<Answer>())
  app.decorate('rememberedAnswers', openRememberedAnswers(parts))
  // A client that never ends its request, or never reads the response, must not keep the server from stopping.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), settings.requestTimeoutMs).unref()
  })
  // Callbacks and not promises: these hooks run for every request, and most of them have nothing to wait for.
  app.addHook('onRequest', (request, reply, done) => {
    const checking = checkRequest(request, reply, parts, settings)
    if (checking instanceof Promise) checking.then(answered => answered ?? done(), done)
    else if (!checking) done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply, parts.metrics, settings)
    done()
  })
  app.setNotFoundHandler(answerNotFound)
}

/** The list of API versions for clients that reach this server by a URL. Most use the same as the client before. */
function openVersionsAt(): (base: string) => Buffer {
  let last: { base: string; bytes: Buffer } | undefined
  return base => {
    if (last?.base !== base) last = { base, bytes: jsonBytes(apiVersionsView(base)) }
    return last.bytes
  }
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const version = request.url.startsWith('/v') ? undefined : acceptedVersion(request.headers.accept)
  const refused =
    version === undefined || version === '1.0'
      ? refusal.route_not_found({})
      : refusal.version_not_acceptable({ version })
  return sendJson(reply, refused.status, refusalBody(refused))
}

function addRoutes(app: FastifyInstance, parts: ServerParts, settings: ServerSettings) {
  const { publicEndpoint, trustsProxy } = settings
  const hidden = { schema: { hide: true } }
  const isGate = parts.gate !== undefined
  const versionsAt = openVersionsAt()
  if (!isGate)
    app.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/',
      ...hidden,
      handler: (request, reply) => {
        sendBytes(reply, 200, versionsAt(publicEndpoint ?? baseOf(addressOf(request, trustsProxy))))
      },
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
    setDeadline: ReturnType<typeof openDeadlines>
    rateLimits: ReturnType<typeof openRateLimits>
    equalRequests: ReturnType<typeof openEqualWork<Answer>>
    rememberedAnswers: ReturnType<typeof openRememberedAnswers>
  }
}
