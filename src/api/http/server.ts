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
import { ownerOf } from '../../operations/instances/find-instance.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'
import type { Identity, IdentityService } from '../../ports/identity.ts'
import type { Ports } from '../../ports/ports.ts'
import { accessRefusal, callerOf, type PolicyName } from '../../rules/access/access.ts'
import type { Policies } from '../../rules/access/policies.ts'
import { refusal } from '../../rules/refusals.ts'
import { addIdentityRoutes } from '../identity/keystone-routes.ts'
import type { Call, Route } from '../route.ts'
import { notOffered, routes } from '../routes.ts'
import { apiVersionsView } from '../versions/view.ts'
import { authenticate } from './authenticate.ts'
import { answerBrokenRequest, answerBrokenRequests } from './broken-requests.ts'
import { endInTime } from './deadline.ts'
import { answerError, challenge } from './error-answers.ts'
import { refusalBody, unauthenticatedBody } from './error-bodies.ts'
import { sendJson } from './json-reply.ts'
import { loggedUrl } from './logged-url.ts'
import { openApiDocument, routeSchema } from './openapi.ts'
import { openRateLimits, type Rates } from './rate-limits.ts'
import { addressOf, baseOf } from './request-address.ts'
import { addBodyParsers } from './request-body.ts'
import { requireOneReading } from './request-form.ts'
import { acceptedVersion, apiPath, pathOf, rewriteUrl } from './request-path.ts'

export type ServerSettings = Readonly<{
  region: string
  /** What this service is called in Keystone's catalogue, and so in access rules. */
  serviceType: string
  /** Where clients log in; undefined when it is here. */
  identityUrl?: string | undefined
  /** What the list of versions leads to; undefined for where the request went. */
  publicEndpoint?: string | undefined
  /** Whether a proxy in front is believed where it says that a request came from and went to. */
  heedsProxy: boolean
  rates: Rates | undefined
  requestTimeoutMs: number
  bodyBytesMax: number
  headerBytesMax: number
  urlLengthMax: number
}>

/** What is told about requests, and how what was told is shown to Prometheus. */
export type ServerMetrics = Readonly<{
  /** `route` is the pattern, since URLs are without number; `other` for what is none of ours. */
  answered(facts: { method: string; route: string; status: number; seconds: number }): void
  contentType: string
  text(): Promise<string>
}>

export type ServerParts = Readonly<{
  ports: Ports
  identity: Identity
  /** What is served below `/identity`, where the identity lives in this process. */
  identityService?: IdentityService | undefined
  clock: Clock
  /** Who may do what, as of now. */
  policies(): Policies
  logger: FastifyBaseLogger
  metrics: ServerMetrics
  /** Answers `/healthcheck`; throws what stands in the way of serving. */
  checkHealth(): Promise<void>
}>

/** The HTTP server, every route on it, not yet listening. */
export async function buildServer(parts: ServerParts, settings: ServerSettings): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.logger,
    genReqId: () => `req-${randomUUID()}`,
    logController: new LogController({ requestIdLogLabel: 'requestId', disableRequestLogging: true }),
    exposeHeadRoutes: false,
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: settings.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // Who got through to a server that is stopping is answered; refused here, a proxy would not ask another one.
    return503OnClosing: false,
    routerOptions: { maxParamLength: settings.urlLengthMax, ignoreTrailingSlash: false },
    http: {
      maxHeaderSize: settings.headerBytesMax,
      // What Node refuses by itself has no body; we look ourselves.
      requireHostHeader: false,
      // How late a request that never ends is noticed.
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
  if (parts.identityService) addIdentityRoutes(app, parts.identityService, settings)
  return app
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    /** The project of what is acted on, where it is not the caller's. */
    owner: ProjectId | null
    /** Set when it is answered that somebody whom we need is away. */
    away: { faultId: string; because: string } | null
  }
}

/** request id → URL length → token → project in the path → rate. Shape and policy are each route's own. */
function addHooks(app: FastifyInstance, { identity, clock, metrics, policies }: ServerParts, settings: ServerSettings) {
  const rateLimits = openRateLimits(settings.rates, clock)
  app.decorateRequest('caller', null)
  app.decorateRequest('owner', null)
  app.decorateRequest('away', null)
  app.decorate('rateLimits', rateLimits)
  // Whoever never ends a request, or never reads an answer, must not keep the server from stopping.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), settings.requestTimeoutMs).unref()
  })
  app.addHook('onRequest', async (request, reply) => {
    endInTime(request, reply, settings)
    reply.header('x-openstack-request-id', request.id)
    requireOneReading(request.raw)
    if (request.url.length > settings.urlLengthMax) throw refusal.url_too_long({ lengthMax: settings.urlLengthMax })
    if (request.method === 'OPTIONS') return reply.status(200).send()
    // The router ends a path there, while whoever reads it – a proxy, an access rule – may go on.
    if (request.originalUrl.includes('#')) throw refusal.fragment_in_url({})
    const path = apiPath.exec(request.url)
    // Written otherwise, /v1%2E0, it is no path of ours, though the router finds the way.
    if (!path && request.routeOptions.url?.startsWith('/v1.0')) throw refusal.route_not_found({})
    if (!path) return
    const user = await authenticate(request, identity, settings)
    if (!user) return sendJson(reply.header('www-authenticate', challenge(request, settings)), 401, unauthenticatedBody)
    if (user === 'unscoped' || path[2] === undefined || decodeURIComponent(path[1] ?? '') !== user.projectId)
      throw refusal.project_mismatch({})
    request.caller = callerOf(policies(), user)
    const over = rateLimits.refuse(user.projectId, request.method, path[2])
    if (over) return sendJson(reply.header('retry-after', Math.ceil(over.waitSeconds)), 413, over.body)
  })
  // One line a request, readable as it stands; the id joins it to what the request caused.
  app.addHook('onResponse', async (request, reply) => {
    const facts = {
      method: request.method,
      url: loggedUrl(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...request.away,
      client: addressOf(request, settings.heedsProxy).client,
    }
    const route = request.routeOptions.url ?? 'other'
    metrics.answered({ method: facts.method, route, status: facts.status, seconds: reply.elapsedTime / 1000 })
    request.log.info(facts, `${facts.method} ${facts.url} ${facts.status} (${facts.ms} ms)`)
  })
  app.setNotFoundHandler((request, reply) => {
    const version = request.url.startsWith('/v') ? undefined : acceptedVersion(request.headers.accept)
    const refused =
      version === undefined || version === '1.0'
        ? refusal.route_not_found({})
        : refusal.version_not_acceptable({ version })
    return sendJson(reply, refused.status, refusalBody(refused))
  })
}

function addRoutes(app: FastifyInstance, parts: ServerParts, settings: ServerSettings) {
  const { publicEndpoint, heedsProxy } = settings
  const hidden = { schema: { hide: true } }
  app.route({
    method: ['GET', 'HEAD', 'POST'],
    url: '/',
    ...hidden,
    handler: async (request, reply) =>
      sendJson(reply, 200, apiVersionsView(publicEndpoint ?? baseOf(addressOf(request, heedsProxy)))),
  })
  app.get('/healthcheck', hidden, async (_request, reply) => {
    reply.type('text/plain; charset=UTF-8')
    await parts.checkHealth()
    return 'OK'
  })
  app.get('/metrics', hidden, async (_request, reply) => {
    reply.type(parts.metrics.contentType)
    return parts.metrics.text()
  })
  app.get('/openapi.json', hidden, async () => app.swagger())
  for (const route of routes) {
    app.route({
      method: route.method,
      url: `/v1.0/:project${route.path}`,
      schema: routeSchema(route),
      preHandler: async request => checkAccess(route, request, parts),
      handler: async (request, reply) => answer(route, request, reply, parts, settings),
    })
  }
  for (const [path, what] of Object.entries(notOffered)) {
    for (const url of [`/v1.0/:project${path}`, `/v1.0/:project${path}/*`]) {
      const refuse = async () => {
        throw refusal.not_offered({ what })
      }
      app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, ...hidden, handler: refuse })
    }
  }
}

/** What may be called anything: with a slash in its name it could be made by other means, and has to be deletable. */
const isName: readonly string[] = ['datastore', 'version', 'flavor', 'type', 'database', 'user']

/** To Trove's router a path that ends in a slash is another path, and an encoded slash is a slash; but for names. */
const isAnotherPath = (params: unknown) =>
  Object.entries(params as Record<string, string>).some(
    ([name, part]) => part === '' || (part.includes('/') && !isName.includes(name)),
  )

/** Only an admin gets at what is another project's; then the rules are asked about that project, as in Trove. */
async function checkAccess(route: Route, request: FastifyRequest, { ports, policies }: ServerParts) {
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

async function answer(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { ports, policies }: ServerParts,
  { heedsProxy }: ServerSettings,
) {
  const caller = request.caller!
  const address = addressOf(request, heedsProxy)
  const call: Call<string> = {
    ports: request.method === 'GET' ? { ...ports, flavors: lookedAt(ports.flavors, reply) } : ports,
    caller,
    actor: { id: caller.userId, requestId: request.id },
    reader: { host: address.host, prefix: address.prefix, projectId: caller.projectId, isAdmin: caller.isAdmin },
    params: request.params as Record<string, string>,
    query: onlyTexts(request.query as Record<string, unknown>),
    url: new URL(`${baseOf(address)}${pathOf(request.originalUrl)}`),
    body: request.body,
    requirePolicy: policy => requirePolicy(policy, request, policies()),
    rates: () => request.server.rateLimits.describe(caller.projectId),
  }
  const body = await route.run(call)
  const status = body == null ? (route.emptyStatus ?? route.answers[0]) : route.answers[0]
  return sendJson(reply, status, body ?? undefined)
}

/** What a route reads is a text by its schema; what it does not read may have been said several times, and is left out. */
const onlyTexts = (query: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

/** Who only looks goes on with the flavors that there were when they cannot be asked for, and is told so. */
function lookedAt(flavors: FlavorSource, reply: FastifyReply): FlavorSource {
  if (!flavors.lastKnown) return flavors
  const list = async () => {
    const known = await flavors.lastKnown!()
    if (known.staleSeconds !== undefined)
      reply.header('warning', `110 trove "The flavors are those of ${known.staleSeconds} seconds ago"`)
    return known.flavors
  }
  return { list }
}

declare module 'fastify' {
  interface FastifyInstance {
    rateLimits: ReturnType<typeof openRateLimits>
  }
}
