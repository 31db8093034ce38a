import type { HttpAnswer, HttpClient } from './http.ts'

/**
 * The login for Keystone, with the project to log in to. A name or an id is enough; the id takes precedence. Without a
 * project, Keystone chooses the default project of the user.
 */
export type Credentials = Readonly<
  | { kind: 'password'; user: Reference; password: string; project: Reference | undefined }
  | { kind: 'token'; token: string; project: Reference | undefined }
  /** The user is needed only with the name of the credential. */
  | { kind: 'application credential'; id?: string; name?: string; user?: Reference; secret: string }
>

/** A user or a project. */
export type Reference = Readonly<{ id?: string | undefined; name?: string | undefined; domain: Domain }>

export type Domain = Readonly<{ id: string } | { name: string }>

export type Endpoint = Readonly<{ interface: string; region: string | null; url: string }>
export type ServiceCatalogue = readonly Readonly<{ type: string; endpoints: readonly Endpoint[] }>[]

/** Keystone's facts about a token. */
export type KeystoneToken = Readonly<{
  userId: string
  /** Undefined for a token that is unscoped, or scoped to a domain or to the system. */
  projectId: string | undefined
  roles: readonly string[]
  /** By Keystone's clock, like `expiresAt`; undefined when Keystone does not tell. */
  issuedAt: Date | undefined
  expiresAt: Date
  serviceCatalogue: ServiceCatalogue
  /** The access rules of the application credential behind the token; undefined when it has none, and so is not restricted. */
  accessRules: readonly Readonly<{ service: string; method: string; path: string }>[] | undefined
  /** True when the token is valid only on a connection that was authenticated in another way, such as Kerberos. */
  isBound: boolean
}>

/** The URL of Keystone's v3 API. Accepts URLs with or without a version, and with a slash at the end. */
export const v3Of = (url: string): string => {
  const bare = url.replace(/\/+$/, '').replace(/\/v(?:2\.0|3)$/, '')
  return `${bare}/v3`
}

/** Logs in. `issued` is undefined when Keystone refuses; the answer has the reason. */
export async function logIn(http: HttpClient, authUrl: string, credentials: Credentials, signal: AbortSignal) {
  const answer = await http.ask({
    method: 'POST',
    url: `${v3Of(authUrl)}/auth/tokens`,
    body: { auth: authOf(credentials) },
    signal,
  })
  const token = answer.headers['x-subject-token']
  if (answer.status !== 201 || typeof token !== 'string') return { answer, issued: undefined }
  return { answer, issued: { token, facts: tokenOf(answer) } }
}

function authOf(credentials: Credentials): object {
  if (credentials.kind === 'application credential') {
    const { id, name, user, secret } = credentials
    const own = id === undefined ? { name, ...(user ? { user: referenceTo(user) } : {}) } : { id }
    return { identity: { methods: ['application_credential'], application_credential: { ...own, secret } } }
  }
  const scope = credentials.project ? { scope: { project: referenceTo(credentials.project) } } : {}
  if (credentials.kind === 'token')
    return { identity: { methods: ['token'], token: { id: credentials.token } }, ...scope }
  const { user, password } = credentials
  return { identity: { methods: ['password'], password: { user: { ...referenceTo(user), password } } }, ...scope }
}

const referenceTo = ({ id, name, domain }: Reference) => (id === undefined ? { name, domain } : { id })

/**
 * Asks Keystone to validate a token. Status 404: the token is invalid. Status 401: `ownToken` may not ask.
 *
 * @param question.allowExpired also accept an expired token, for as long as Keystone does
 */
export const validateToken = (
  http: HttpClient,
  identityUrl: string,
  question: Readonly<{ token: string; allowExpired: boolean }>,
  ownToken: string,
  signal: AbortSignal,
): Promise<HttpAnswer> =>
  http.ask({
    method: 'GET',
    // The service catalogue may be large and is not needed here.
    url: `${v3Of(identityUrl)}/auth/tokens?nocatalog${question.allowExpired ? '&allow_expired=1' : ''}`,
    headers: {
      'x-auth-token': ownToken,
      'x-subject-token': question.token,
      // Without this header, Keystone hides tokens with access rules, because the caller would not enforce them.
      'openstack-identity-access-rules': '1',
    },
    signal,
  })

type Body = {
  token: {
    user: { id: string }
    project?: { id: string }
    roles?: { name: string }[]
    issued_at?: string
    expires_at: string
    application_credential?: { access_rules?: unknown }
    bind?: object
    catalog?: { type: string; endpoints: { interface: string; region?: string; region_id?: string; url: string }[] }[]
  }
}

/** Reads the token of a successful answer. Throws an Error when it contains none. */
export function tokenOf({ body }: HttpAnswer): KeystoneToken {
  const { token } = body as Body
  const expiresAt = dateOf(token.expires_at)
  const issuedAt = dateOf(token.issued_at ?? '')
  if (Number.isNaN(expiresAt.getTime())) throw new Error(`the token has an invalid expires_at '${token.expires_at}'`)
  return {
    userId: token.user.id,
    projectId: token.project?.id,
    roles: (token.roles ?? []).map(({ name }) => name),
    issuedAt: Number.isNaN(issuedAt.getTime()) ? undefined : issuedAt,
    expiresAt,
    accessRules: accessRulesOf(token.application_credential?.access_rules),
    isBound: Object.keys(token.bind ?? {}).length > 0,
    serviceCatalogue: (token.catalog ?? []).map(({ type, endpoints }) => ({
      type,
      endpoints: endpoints.map(endpoint => ({
        interface: endpoint.interface,
        region: endpoint.region_id ?? endpoint.region ?? null,
        url: endpoint.url,
      })),
    })),
  }
}

/** Keystone's datetimes are UTC, even without a time zone. */
const dateOf = (text: string): Date => new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)

/** Drops incomplete rules, so that they allow nothing. Throws an Error for anything but a list, which must not be guessed at. */
function accessRulesOf(rules: unknown): KeystoneToken['accessRules'] {
  if (rules === undefined || rules === null) return undefined
  if (!Array.isArray(rules)) throw new Error('the access rules of the token are not a list')
  return rules.flatMap(rule => {
    const { service, method, path } = (rule ?? {}) as Record<string, unknown>
    const isComplete = typeof service === 'string' && typeof method === 'string' && typeof path === 'string'
    return isComplete ? [{ service, method, path }] : []
  })
}

/** Selects an endpoint of a service. `publicURL`, which older configurations use, means `public`. */
export type EndpointFilter = Readonly<{ type: string; interface: string; region: string | undefined }>

export const endpointOf = (catalogue: ServiceCatalogue, filter: EndpointFilter): string | undefined =>
  findEndpoint(catalogue, filter)?.url

export function findEndpoint(catalogue: ServiceCatalogue, filter: EndpointFilter): Endpoint | undefined {
  const kind = filter.interface.replace(/URL$/, '')
  return catalogue
    .filter(({ type }) => type === filter.type)
    .flatMap(({ endpoints }) => endpoints)
    .find(each => each.interface === kind && (filter.region === undefined || each.region === filter.region))
}
