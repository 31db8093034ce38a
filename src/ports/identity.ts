import type { Caller } from '../model/caller.ts'

/** Who vouches for a token. */
export interface Identity {
  /** Where clients log in; the `WWW-Authenticate` header names it. */
  authUrl: string
  /** Undefined when the token is unknown, expired, revoked or not scoped to a project. */
  validate(token: string): Promise<Caller | undefined>
}
