import type { ProjectId } from './ids.ts'

/** What an application credential may be used for: a method on paths like this one, of a service of this type. */
export type AccessRule = Readonly<{ service: string; method: string; path: string }>

/** The user of a token, as the identity service knows them. */
export type TokenUser = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  /** All that the token may be used for; without them, everything that the roles allow. */
  accessRules?: readonly AccessRule[]
}>

/** The user of a request. The access policy `context_is_admin` decides who is an admin. */
export type Caller = TokenUser & Readonly<{ isAdmin: boolean }>
