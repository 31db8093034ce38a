import type { HttpAnswer, HttpClient } from './http.ts'

/** Who logs in to Keystone, and for which project. Of a name and an id one is enough; an id counts more. */
export type Credentials = Readonly<
  | {
      kind: 'password'
      user: { id?: string | undefined; name?: string | undefined; domain: Domain }
      password: string
      project: { id?: string | undefined; name?: string | undefined; domain: Domain }
    }
  | { kind: 'application credential'; id: string; secret: string }
>

export type Domain = Readonly<{ id: string } | { name: string }>

export type Endpoint = Readonly<{ interface: string; region: string | null; url: string }>
export type Catalogue = readonly Readonly<{ type: string; endpoints: readonly Endpoint[] }>[]

/** What Keystone says of a token. */
export type KeystoneToken = Readonly<{
  userId: string
  /** Undefined for a token that is scoped to nothing, to a domain or to the system. */
  projectId: string | undefined
  roles: readonly string[]
  /** By Keystone's clock, as `expiresAt`; undefined when Keystone does not say. */
  issuedAt: Date | undefined
  expiresAt: Date
  catalogue: Catalogue
  /** What the application credential that the token was got with may be used for; undefined where nobody restricted it. */
  accessRules: readonly Readonly<{ service: string; method: string; path: string }>[] | undefined
  /** Whether it is good on a connection only that somebody else authenticated. */
  isBound: boolean
}>

/** The address of Keystone's v3 API, out of what operators write: with a version, without, with a slash at the end. */
export const v3Of = (url: string): string => {
  const bare = url.replace(/\/+$/, '').replace(/\/v(?:2\.0|3)$/, '')
  return `${bare}/v3`
}

/** Logs in. The token is undefined when Keystone refused; the answer says how. */
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
    const { id, secret } = credentials
    return { identity: { methods: ['application_credential'], application_credential: { id, secret } } }
  }
  const { user, password, project } = credentials
  const named = ({ id, name, domain }: typeof user) => (id === undefined ? { name, domain } : { id })
  return {
    identity: { methods: ['password'], password: { user: { ...named(user), password } } },
    scope: { project: named(project) },
  }
}

/**
 * Asks what a token is good for. 404: it is none. 401: the one who asks may not.
 *
 * @param question.allowExpired whether one that has expired is told about, too, for as long as Keystone does
 */
export const askToken = (
  http: HttpClient,
  identityUrl: string,
  question: Readonly<{ token: string; allowExpired: boolean }>,
  ownToken: string,
  signal: AbortSignal,
): Promise<HttpAnswer> =>
  http.ask({
    method: 'GET',
    // The catalogue of whoever asks may be large, and nobody looks at it.
    url: `${v3Of(identityUrl)}/auth/tokens?nocatalog${question.allowExpired ? '&allow_expired=1' : ''}`,
    headers: {
      'x-auth-token': ownToken,
      'x-subject-token': question.token,
      // Without it Keystone hides tokens that have access rules: who does not know of them would not heed them.
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

/** Reads a token out of a good answer. Throws an Error when it holds none. */
export function tokenOf({ body }: HttpAnswer): KeystoneToken {
  const { token } = body as Body
  const expiresAt = dateOf(token.expires_at)
  const issuedAt = dateOf(token.issued_at ?? '')
  if (Number.isNaN(expiresAt.getTime())) throw new Error(`the token expires at '${token.expires_at}'`)
  return {
    userId: token.user.id,
    projectId: token.project?.id,
    roles: (token.roles ?? []).map(({ name }) => name),
    issuedAt: Number.isNaN(issuedAt.getTime()) ? undefined : issuedAt,
    expiresAt,
    accessRules: accessRulesOf(token.application_credential?.access_rules),
    isBound: Object.keys(token.bind ?? {}).length > 0,
    catalogue: (token.catalog ?? []).map(({ type, endpoints }) => ({
      type,
      endpoints: endpoints.map(endpoint => ({
        interface: endpoint.interface,
        region: endpoint.region_id ?? endpoint.region ?? null,
        url: endpoint.url,
      })),
    })),
  }
}

/** Keystone's datetimes are UTC, also where they do not say so. */
const dateOf = (text: string): Date => new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)

/** A rule that lacks a part allows nothing. Throws an Error for what is no list: nothing may be read out of it. */
function accessRulesOf(rules: unknown): KeystoneToken['accessRules'] {
  if (rules === undefined || rules === null) return undefined
  if (!Array.isArray(rules)) throw new Error('the access rules of the token are no list')
  return rules.flatMap(rule => {
    const { service, method, path } = (rule ?? {}) as Record<string, unknown>
    const isWhole = typeof service === 'string' && typeof method === 'string' && typeof path === 'string'
    return isWhole ? [{ service, method, path }] : []
  })
}

/** Which endpoint of a service. `publicURL`, as older files have it, is `public`. */
export type Wanted = Readonly<{ type: string; interface: string; region: string | undefined }>

export function endpointOf(catalogue: Catalogue, wanted: Wanted): string | undefined {
  const kind = wanted.interface.replace(/URL$/, '')
  return catalogue
    .filter(({ type }) => type === wanted.type)
    .flatMap(({ endpoints }) => endpoints)
    .find(each => each.interface === kind && (wanted.region === undefined || each.region === wanted.region))?.url
}
