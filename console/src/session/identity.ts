import { identityUrl } from '../place.ts'

/** What a user logs in with. */
export type Credentials = Readonly<
  | { kind: 'password'; user: string; domain: string; password: string }
  | { kind: 'application credential'; id: string; secret: string }
>

export type Project = Readonly<{ id: string; name: string }>

export type IssuedToken = Readonly<{
  token: string
  user: string
  /** Undefined for a token that is not for a project. */
  project: Project | undefined
  /** The names of the user's roles in the project. */
  roles: readonly string[]
  expiresAt: string
}>

/** The identity service answered with an error. The message is for the user. */
export class IdentityError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

type TokenBody = {
  token: {
    user: { name: string }
    project?: { id: string; name: string }
    roles?: readonly { name: string }[]
    expires_at: string
  }
}

/** Logs in. Without a project, the token is for finding out which projects there are. Throws an IdentityError. */
export function logIn(credentials: Credentials, projectId?: string): Promise<IssuedToken> {
  if (credentials.kind === 'application credential') {
    const { id, secret } = credentials
    const identity = { methods: ['application_credential'], application_credential: { id, secret } }
    return issue({ identity }, 'The id or the secret is not correct, or the credential has expired.')
  }
  const { user: name, domain, password } = credentials
  const identity = { methods: ['password'], password: { user: { name, domain: { name: domain }, password } } }
  return issue({ identity, scope: scopeOf(projectId) }, 'The user name or the password is not correct.')
}

/** Gets a token for a project from another token. Throws an IdentityError. */
export const changeProject = (token: string, projectId: string): Promise<IssuedToken> =>
  issue(
    { identity: { methods: ['token'], token: { id: token } }, scope: scopeOf(projectId) },
    'The session has ended, or you no longer have a role in this project.',
  )

const scopeOf = (projectId: string | undefined) =>
  projectId === undefined ? 'unscoped' : { project: { id: projectId } }

async function issue(auth: object, refusal: string): Promise<IssuedToken> {
  const answer = await ask('POST', '/auth/tokens', { body: { auth }, refusal })
  const { token } = (await answer.json()) as TokenBody
  return {
    token: answer.headers.get('x-subject-token') ?? '',
    user: token.user.name,
    project: token.project && { id: token.project.id, name: token.project.name },
    roles: (token.roles ?? []).map(({ name }) => name),
    expiresAt: token.expires_at,
  }
}

/** The projects that the user of a token has a role in, by name. Throws an IdentityError. */
export async function projectsOf(token: string): Promise<Project[]> {
  const answer = await ask('GET', '/auth/projects', { token })
  const { projects } = (await answer.json()) as { projects: (Project & { enabled?: boolean })[] }
  return projects
    .filter(({ enabled }) => enabled !== false)
    .map(({ id, name }) => ({ id, name }))
    .sort((one, other) => one.name.localeCompare(other.name))
}

/** Whether the identity service still accepts a token. Throws an IdentityError if that is not known. */
export async function isAccepted(token: string): Promise<boolean> {
  try {
    await ask('GET', '/auth/projects', { token })
    return true
  } catch (error) {
    if (error instanceof IdentityError && error.status === 401) return false
    throw error
  }
}

/** Ends a token. */
export async function revoke(token: string): Promise<void> {
  await ask('DELETE', '/auth/tokens', { token, subject: token })
}

type Question = Readonly<{ token?: string; subject?: string; body?: object; refusal?: string }>

async function ask(method: string, path: string, { token, subject, body, refusal }: Question): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(token === undefined ? {} : { 'x-auth-token': token }),
    ...(subject === undefined ? {} : { 'x-subject-token': subject }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const sent = fetch(`${identityUrl}${path}`, { method, headers, body: body ? JSON.stringify(body) : null })
  const answer = await sent.catch(() => {
    throw new IdentityError(0, 'The server cannot be reached. Check your connection and try again.')
  })
  if (answer.ok) return answer
  if (answer.status === 401 && refusal) throw new IdentityError(401, refusal)
  throw new IdentityError(answer.status, await messageIn(answer))
}

/** The message of an OpenStack error, whatever the name of the object around it. */
async function messageIn(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined)
  const [inner] = typeof body === 'object' && body !== null ? Object.values(body) : []
  const message = typeof inner === 'object' && inner !== null && 'message' in inner ? inner.message : undefined
  return typeof message === 'string' ? message : `The identity service answered with status ${answer.status}.`
}
