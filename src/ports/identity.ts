import type { TokenUser } from '../model/caller.ts'
import type { ProjectId } from '../model/ids.ts'

type ValidatedUser = TokenUser | 'unscoped' | undefined

/** Validates tokens. */
export interface Identity {
  /**
   * Returns the caller of a token; undefined if the token is unknown, expired or revoked, `unscoped` if it is valid but
   * not for a project. Throws a Fault of status 503 if the identity service is away, because a token must not be
   * accepted unchecked. Does not check the token's access rules (`accessRules`): that requires the request.
   *
   * @param serviceToken the service's own token, if a service continues a request of a user; otherwise undefined
   * @returns no promise if there is nothing to wait for: every request needs a caller
   */
  validate(token: string, serviceToken?: string): ValidatedUser | Promise<ValidatedUser>
}

export type Named = Readonly<{ id: string; name: string }>

/** The content of a token, as the identity service shows it. */
export type TokenFacts = Readonly<{
  id: string
  methods: readonly string[]
  user: Named
  project: Named
  roles: readonly string[]
  issuedAt: Date
  expiresAt: Date
}>

export type Login = Readonly<{
  by: { password: string; user: { id?: string | undefined; name?: string | undefined } } | { token: string }
  /** Undefined means the first project of the user. */
  project: { id?: string | undefined; name?: string | undefined } | undefined
}>

/**
 * A login is delayed after too many failed or concurrent attempts. Does not reveal whether user and password are
 * correct.
 */
export class LoginPaused extends Error {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(`Too many login attempts. Wait ${retryAfterSeconds} s and try again.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The embedded identity service, which implements the calls that Keystone would otherwise answer. */
export interface IdentityService extends Identity {
  /** Never `unscoped`, since all its tokens are for a project. */
  validate(token: string): TokenUser | undefined
  /**
   * Returns undefined if user, password and project do not match; the reason is not revealed. Throws LoginPaused after
   * too many attempts.
   *
   * @param from the address of the client; it must not come from a header that the client can write
   */
  login(login: Login, from?: string): Promise<{ token: string; facts: TokenFacts } | undefined>
  describe(token: string): Promise<TokenFacts | undefined>
  revoke(token: string): Promise<void>
  projectsOf(userId: string): Promise<readonly { id: ProjectId; name: string }[]>
  /** Every project, for admins. */
  projects(): Promise<readonly { id: ProjectId; name: string }[]>
}
