import type { TokenUser } from '../model/caller.ts'
import type { ProjectId } from '../model/ids.ts'

/** Who vouches for a token. */
export interface Identity {
  /**
   * Undefined when the token is unknown, expired or revoked; `unscoped` when it is good, but not for a project. Throws a
   * Fault of status 503 when nobody can be asked: whoever is not known to be let in is not. Whether the token may be used
   * for what is asked (`accessRules`) is for whoever knows what that is.
   *
   * @param serviceToken the service's own, where a service goes on with what a user began; undefined for everybody else
   */
  validate(token: string, serviceToken?: string): Promise<TokenUser | 'unscoped' | undefined>
}

export type Named = Readonly<{ id: string; name: string }>

/** What a token says, for those who ask the identity service about it. */
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
  /** Undefined: the first project of the user. */
  project: { id?: string | undefined; name?: string | undefined } | undefined
}>

/** A login has to wait: too many were wrong, or too many come at once. Says nothing of whether user and password are right. */
export class LoginPaused extends Error {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(`Too many login attempts. Wait ${retryAfterSeconds} s and try again.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** An identity service that lives in this process, and so has to answer what Keystone would answer elsewhere. */
export interface IdentityService extends Identity {
  /** Its tokens are for a project, each of them. */
  validate(token: string): Promise<TokenUser | undefined>
  /**
   * Undefined when user, password or project do not fit together; why is nobody's business. Throws LoginPaused when there
   * were too many attempts.
   *
   * @param from the address that the attempt comes from; nothing that a client can write
   */
  login(login: Login, from?: string): Promise<{ token: string; facts: TokenFacts } | undefined>
  describe(token: string): Promise<TokenFacts | undefined>
  revoke(token: string): Promise<void>
  projectsOf(userId: string): Promise<readonly { id: ProjectId; name: string }[]>
}
