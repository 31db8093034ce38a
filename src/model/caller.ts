import type { ProjectId } from './ids.ts'

/** What an application credential may be used for: a method on paths like this one, of a service of this type. */
export type AccessRule = Readonly<{ service: string; method: string; path: string }>

/** Who is asking, as the identity service vouches for it. */
export type Caller = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  isAdmin: boolean
  /** All that the token may be used for; without them, everything that the roles allow. */
  accessRules?: readonly AccessRule[]
}>

/** Whether one of the roles makes an admin; case does not matter (trove@4cdc0cd common/wsgi.py:521). */
export const isAdminBy = (roles: readonly string[], adminRoles: readonly string[]): boolean =>
  roles.some(role => adminRoles.includes(role.toLowerCase()))
