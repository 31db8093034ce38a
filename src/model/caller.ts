import type { ProjectId } from './ids.ts'

/** An access rule of a Keystone application credential: it allows one method on matching paths of one type of service. */
export type AccessRule = Readonly<{ service: string; method: string; path: string }>

/** The authenticated user of a token, as the identity service describes them. */
export type TokenUser = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  /**
   * If present, the token may be used for these calls only. If absent, it may be used for everything that the roles
   * allow.
   */
  accessRules?: readonly AccessRule[]
}>

/** The user who makes a request. The access policy `context_is_admin` decides who is an admin. */
export type Caller = TokenUser & Readonly<{ isAdmin: boolean }>
