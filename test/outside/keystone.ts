import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from './listen.ts'

type User = { id: string; name: string; password: string }
type Token = {
  user: string
  scope: { project: string } | { domain: string } | undefined
  expiresAt: Date
  more: More
}

/** What few tokens have: the access rules of the application credential that it was got with, and what it is bound to. */
type More = { accessRules?: object[]; bind?: object }

/**
 * Stands in for Keystone, where a real one cannot be had: as much of its v3 API as we ask, with what goes wrong on demand.
 * The real one is asked the same in `npm run test:openstack`.
 */
export type FakeKeystone = Readonly<{
  url: string
  /** user id → project id → roles */
  roles: Record<string, Record<string, string[]>>
  users: User[]
  /** What it does with every request; `hang` never answers. */
  mode: { now: 'answer' | 'hang' | 'fail' }
  /** How long a token lives, and what time it is. */
  tokenLifeSeconds: number
  clock: { now: Date }
  asked: { logins: number; validations: number }
  /** Every request: its method and path, and its headers. */
  requests: { line: string; headers: IncomingMessage['headers'] }[]
  services: { type: string; interface: string; region: string; url: string }[]
  issue(user: string, scope?: Token['scope'] | 'system', more?: More): string
  revoke(token: string): void
  /** Ends a token as time does: it is still known to have been one. */
  expire(token: string): void
  /** Ends every token of a user, as a change of the password does. */
  revokeAllOf(user: string): void
  stop(): Promise<void>
  start(): Promise<void>
}>

export async function startFakeKeystone(clock: { now: Date }): Promise<FakeKeystone> {
  const tokens = new Map<string, Token>()
  const server = createServer((request, response) => {
    answer(fake, tokens, request, response).catch(error => reply(response, 500, { error: { message: String(error) } }))
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const fake: FakeKeystone & { tokenLifeSeconds: number } = {
    url,
    clock,
    users: [
      { id: 'trove-user', name: 'trove', password: 'service-pass' },
      { id: 'u1', name: 'ann', password: 'secret' },
    ],
    roles: { 'trove-user': { service: ['admin', 'service'] }, u1: { p1: ['member'], p2: ['Admin', 'member'] } },
    mode: { now: 'answer' },
    tokenLifeSeconds: 3600,
    asked: { logins: 0, validations: 0 },
    requests: [],
    services: [
      { type: 'identity', interface: 'public', region: 'RegionOne', url: 'http://127.0.0.1:1/wrong' },
      { type: 'identity', interface: 'internal', region: 'RegionTwo', url: 'http://127.0.0.1:1/wrong' },
      { type: 'identity', interface: 'internal', region: 'RegionOne', url: `${url}/v3/` },
    ],
    issue: (user, scope, more) => issue(fake, tokens, user, scope === 'system' ? undefined : scope, more),
    revoke: token => {
      tokens.delete(token)
    },
    expire: token => {
      tokens.get(token)!.expiresAt = clock.now
    },
    revokeAllOf: user => {
      for (const [token, facts] of tokens) if (facts.user === user) tokens.delete(token)
    },
    start: () => listen(server, port),
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return fake
}

function issue(
  fake: FakeKeystone,
  tokens: Map<string, Token>,
  user: string,
  scope: Token['scope'],
  more: More = {},
): string {
  const token = `gAAAAA${randomUUID().replaceAll('-', '')}`
  const expiresAt = new Date(fake.clock.now.getTime() + fake.tokenLifeSeconds * 1000)
  tokens.set(token, { user, scope, expiresAt, more })
  return token
}

function reply(response: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}) {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

const refuse = (response: ServerResponse, code: number, message: string) =>
  reply(response, code, { error: { code, message, title: 'Refused' } })

async function answer(
  fake: FakeKeystone,
  tokens: Map<string, Token>,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  fake.requests.push({ line: `${request.method} ${request.url}`, headers: request.headers })
  if (fake.mode.now === 'hang') return
  if (fake.mode.now === 'fail') return refuse(response, 500, 'An unexpected error prevented the server.')
  const url = new URL(request.url!, fake.url)
  const lists: Record<string, (user: string) => object> = {
    '/v3/auth/projects': user => ({
      projects: Object.keys(fake.roles[user] ?? {}).map(id => ({ id, name: id, enabled: true })),
    }),
    '/v3/auth/domains': () => ({ domains: [] }),
  }
  const list = lists[url.pathname]
  if (list && request.method === 'GET') {
    const asking = live(fake, tokens, String(request.headers['x-auth-token']))
    if (!asking) return refuse(response, 401, 'The request you have made requires authentication.')
    return reply(response, 200, list(asking.user), { 'set-cookie': 'of=keystone' })
  }
  if (url.pathname !== '/v3/auth/tokens') return refuse(response, 404, 'Not found.')
  if (request.method === 'DELETE') {
    if (!live(fake, tokens, String(request.headers['x-auth-token']))) return refuse(response, 401, 'No.')
    tokens.delete(String(request.headers['x-subject-token']))
    return reply(response, 204)
  }
  if (request.method === 'POST') return login(fake, tokens, JSON.parse(Buffer.concat(chunks).toString()), response)
  fake.asked.validations++
  const own = live(fake, tokens, String(request.headers['x-auth-token']))
  if (!own) return refuse(response, 401, 'The request you have made requires authentication.')
  const token = String(request.headers['x-subject-token'])
  const facts =
    url.searchParams.get('allow_expired') === '1' ? expiredToo(fake, tokens, token) : live(fake, tokens, token)
  // Who does not say that access rules are known here is not told of a token that has some, as the real one does it.
  const knowsRules = Number(request.headers['openstack-identity-access-rules'] ?? 0) >= 1
  if (!facts || (facts.more.accessRules && !knowsRules)) return refuse(response, 404, 'Could not find token.')
  reply(response, 200, { token: bodyOf(fake, facts, !url.searchParams.has('nocatalog')) }, { 'x-subject-token': token })
}

function live(fake: FakeKeystone, tokens: Map<string, Token>, token: string): Token | undefined {
  const facts = tokens.get(token)
  return facts && facts.expiresAt > fake.clock.now ? facts : undefined
}

/** `[token] allow_expired_window` of the real one: two days. */
function expiredToo(fake: FakeKeystone, tokens: Map<string, Token>, token: string): Token | undefined {
  const facts = tokens.get(token)
  return facts && facts.expiresAt.getTime() + 48 * 3_600_000 > fake.clock.now.getTime() ? facts : undefined
}

type Body = {
  auth: {
    identity: {
      methods: string[]
      password?: { user: { id?: string; name?: string; domain?: object; password: string } }
      application_credential?: { id: string; secret: string }
      token?: { id: string }
    }
    scope?: 'unscoped' | { project: { id?: string; name?: string; domain?: object } }
  }
}

function login(fake: FakeKeystone, tokens: Map<string, Token>, { auth }: Body, response: ServerResponse) {
  fake.asked.logins++
  const { password, application_credential: credential, token: earlier } = auth.identity
  const asked = password?.user
  const earlierUser = earlier && live(fake, tokens, earlier.id)?.user
  const user = fake.users.find(({ id, name }) =>
    earlierUser ? id === earlierUser : asked?.id ? id === asked.id : asked?.domain && name === asked.name,
  )
  const isRight = credential
    ? credential.id === 'credential' && credential.secret === 'credential-pass'
    : user !== undefined && (user.id === earlierUser || user.password === asked?.password)
  if (!isRight) return refuse(response, 401, 'The request you have made requires authentication.')
  const wanted = typeof auth.scope === 'object' ? auth.scope.project : undefined
  const project = wanted?.id ?? wanted?.name
  const userId = credential ? 'trove-user' : user!.id
  const scope = credential ? { project: 'service' } : project === undefined ? undefined : { project }
  const token = issue(fake, tokens, userId, scope)
  reply(response, 201, { token: bodyOf(fake, tokens.get(token)!, true) }, { 'x-subject-token': token })
}

function bodyOf(fake: FakeKeystone, { user, scope, expiresAt, more }: Token, withCatalogue: boolean) {
  const project = scope && 'project' in scope ? scope.project : undefined
  const types = [...new Set(fake.services.map(({ type }) => type))]
  return {
    methods: ['password'],
    user: { id: user, name: user, domain: { id: 'default', name: 'Default' } },
    audit_ids: ['x'],
    issued_at: fake.clock.now.toISOString().replace('Z', '000Z'),
    expires_at: expiresAt.toISOString().replace('Z', '000Z'),
    ...(project === undefined ? {} : { project: { id: project, name: project, domain: { id: 'default' } } }),
    ...(scope && 'domain' in scope ? { domain: { id: scope.domain } } : {}),
    ...(more.accessRules
      ? { application_credential: { id: 'restricted', restricted: true, access_rules: more.accessRules } }
      : {}),
    ...(more.bind ? { bind: more.bind } : {}),
    roles: (project === undefined ? [] : (fake.roles[user]?.[project] ?? [])).map(name => ({ id: name, name })),
    ...(withCatalogue
      ? {
          catalog: types.map(type => ({
            type,
            endpoints: fake.services
              .filter(each => each.type === type)
              .map(({ interface: kind, region, url }) => ({ interface: kind, region, region_id: region, url })),
          })),
        }
      : {}),
  }
}
