/**
 * The part of Keystone's v3 API that the stock clients use: versions, password and token login, validation, revocation,
 * projects, service catalogue. It is served below `/identity`, and only when this process is its own identity service;
 * passwords and tokens are checked in `src/identity/embedded/`. Sentences and shapes are Keystone's, so errors here
 * look different from Trove's.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type IdentityService, type Login, LoginPaused, type Named, type TokenFacts } from '../../ports/identity.ts'
import { addressOf, baseOf, directClientOf, type TrustsProxy } from '../http/request-address.ts'
import { keystoneError, tooManyRequests } from './keystone-errors.ts'

type IdentityParts = Readonly<{ identity: IdentityService; region: string; trustsProxy: TrustsProxy }>

const hidden = { schema: { hide: true } }
const headerOf = (request: FastifyRequest, name: string) => String(request.headers[name] ?? '')
const baseUrl = (request: FastifyRequest, { trustsProxy }: IdentityParts) => baseOf(addressOf(request, trustsProxy))

export function addIdentityRoutes(app: FastifyInstance, parts: IdentityParts): void {
  addVersionRoutes(app, parts)
  addTokenRoutes(app, parts)
  addProjectRoutes(app, parts)
  // Clients read an error of the identity service only in Keystone's form.
  app.all('/identity/*', hidden, async (_request, reply) =>
    notFound(reply, 'The requested URL was not found on the server.'),
  )
}

function addVersionRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const version = (request: FastifyRequest) => ({
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${baseUrl(request, parts)}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  })
  const versions = async (request: FastifyRequest, reply: FastifyReply) =>
    reply.status(300).send({ versions: { values: [version(request)] } })
  const v3 = async (request: FastifyRequest) => ({ version: version(request) })
  app.get('/identity', hidden, versions)
  app.get('/identity/', hidden, versions)
  app.get('/identity/v3', hidden, v3)
  app.get('/identity/v3/', hidden, v3)
}

type Handler = (own: TokenFacts, request: FastifyRequest, reply: FastifyReply) => Promise<object>

/** Passes on the facts of the caller's own token; answers 401 without a valid one. */
const withToken =
  ({ identity }: IdentityParts, handle: Handler) =>
  async (request: FastifyRequest, reply: FastifyReply) => {
    const own = await identity.describe(headerOf(request, 'x-auth-token'))
    return own ? handle(own, request, reply) : unauthorized(reply)
  }

function addTokenRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity, region, trustsProxy } = parts
  const subject = (request: FastifyRequest) => headerOf(request, 'x-subject-token')

  app.post('/identity/v3/auth/tokens', hidden, async (request, reply) => {
    const login = parseLogin(request.body)
    if (typeof login === 'string') return reply.status(400).send(keystoneError(400, 'Bad Request', login))
    const result = await identity.login(login, directClientOf(request, trustsProxy)).catch(pauseOrThrow)
    if (result instanceof LoginPaused) return tooManyRequests(reply, result)
    if (!result) return unauthorized(reply)
    reply.header('x-subject-token', result.token).header('vary', 'X-Auth-Token')
    return reply.status(201).send(tokenBody(result.facts, baseUrl(request, parts), region))
  })

  app.route({
    method: ['GET', 'HEAD'],
    url: '/identity/v3/auth/tokens',
    ...hidden,
    handler: withToken(parts, async (_own, request, reply) => {
      const facts = await identity.describe(subject(request))
      if (!facts) return notFound(reply, 'Could not find token.')
      const body = tokenBody(facts, baseUrl(request, parts), region)
      return reply.header('x-subject-token', subject(request)).send(body)
    }),
  })

  const revoke: Handler = async (own, request, reply) => {
    const facts = await identity.describe(subject(request))
    if (facts && facts.user.id !== own.user.id && !own.roles.includes('admin'))
      return forbidden(reply, 'identity:revoke_token')
    await identity.revoke(subject(request))
    return reply.status(204).send()
  }
  app.delete('/identity/v3/auth/tokens', hidden, withToken(parts, revoke))
}

function addProjectRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity, region } = parts
  // Clients look up a project here that is given by its name, as in `openstack database quota show`.
  const visibleTo = ({ roles, user }: TokenFacts) =>
    roles.includes('admin') ? identity.projects() : identity.projectsOf(user.id)

  const ownProjects: Handler = async ({ user }) => ({
    projects: (await identity.projectsOf(user.id)).map(projectView),
  })
  const projects: Handler = async (own, request) => {
    const { name } = request.query as { name?: unknown }
    const visible = await visibleTo(own)
    return { projects: visible.filter(project => name === undefined || project.name === name).map(projectView) }
  }
  const project: Handler = async (own, request, reply) => {
    const { id } = request.params as { id: string }
    const found = (await visibleTo(own)).find(project => project.id === id)
    return found ? { project: projectView(found) } : notFound(reply, `Could not find project: ${id}.`)
  }
  const catalogue: Handler = async (own, request) => ({
    catalog: serviceCatalogue(own.project.id, baseUrl(request, parts), region),
  })
  app.get('/identity/v3/auth/projects', hidden, withToken(parts, ownProjects))
  app.get('/identity/v3/projects', hidden, withToken(parts, projects))
  app.get('/identity/v3/projects/:id', hidden, withToken(parts, project))
  app.get('/identity/v3/auth/catalog', hidden, withToken(parts, catalogue))
}

const projectView = ({ id, name }: Named) => ({ id, name, domain_id: 'default', enabled: true })

const unauthorized = (reply: FastifyReply) =>
  reply.status(401).send(keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.'))

const notFound = (reply: FastifyReply, message: string) =>
  reply.status(404).send(keystoneError(404, 'Not Found', message))

const forbidden = (reply: FastifyReply, action: string) => {
  const message = `You are not authorized to perform the requested action: ${action}.`
  return reply.status(403).send(keystoneError(403, 'Forbidden', message))
}

function pauseOrThrow(error: unknown): LoginPaused {
  if (error instanceof LoginPaused) return error
  throw error
}

const domain = { id: 'default', name: 'Default' }

const endpoint = (type: string, name: string, url: string, region: string) => ({
  type,
  name,
  id: `${name}-${region}`,
  endpoints: ['public', 'internal', 'admin'].map(each => ({
    id: `${name}-${region}-${each}`,
    interface: each,
    region,
    region_id: region,
    url,
  })),
})

const serviceCatalogue = (projectId: string, base: string, region: string) => [
  endpoint('identity', 'keystone', `${base}/identity/v3`, region),
  endpoint('database', 'trove', `${base}/v1.0/${projectId}`, region),
]

const tokenBody = (facts: TokenFacts, base: string, region: string) => ({
  token: {
    methods: facts.methods,
    user: { ...facts.user, domain, password_expires_at: null },
    audit_ids: [facts.id],
    issued_at: `${facts.issuedAt.toISOString().slice(0, 19)}.000000Z`,
    expires_at: `${facts.expiresAt.toISOString().slice(0, 19)}.000000Z`,
    project: { ...facts.project, domain },
    is_domain: false,
    roles: facts.roles.map(role => ({ id: role, name: role })),
    catalog: serviceCatalogue(facts.project.id, base, region),
  },
})

type Loose = { [key: string]: Loose } | undefined

/** Parses the body of a login. Returns an error message if the body is invalid. */
function parseLogin(body: unknown): Login | string {
  const auth = (body as Loose)?.auth
  const methods: unknown = auth?.identity?.methods
  const scope = auth?.scope?.project as { id?: string; name?: string } | undefined
  const project = scope && { id: textOf(scope.id), name: textOf(scope.name) }
  if (!Array.isArray(methods)) return "Expecting to find 'methods' in 'auth.identity'."
  if (methods.includes('token')) {
    const token = textOf(auth?.identity?.token?.id)
    return token === undefined ? "Expecting to find 'id' in 'auth.identity.token'." : { by: { token }, project }
  }
  const user = auth?.identity?.password?.user
  const password = textOf(user?.password)
  if (!methods.includes('password') || password === undefined)
    return "Expecting to find a password in 'auth.identity.password.user'."
  const names = { id: textOf(user?.id), name: textOf(user?.name) }
  if (names.id === undefined && names.name === undefined)
    return "Expecting to find 'id' or 'name' in 'auth.identity.password.user'."
  return { by: { password, user: names }, project }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
