import type { ProjectId } from './ids.ts'

/** An access rule of a Keystone application credential: it allows one method on matching paths of one type of service. */
export type AccessRule = Readonly<{ service: string; method: string; path: string }>

/** The authenticated user who makes a request, as the identity service describes them. */
export type Caller = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  isAdmin: boolean
  /**
   * If present, the token may be used for these calls only. If absent, it may be used for everything that the roles
   * allow.
   */
  accessRules?: readonly AccessRule[]
}>

/** True when one of the roles is an admin role, in any letter case (trove@4cdc0cd common/wsgi.py:521). */
export const isAdminBy = (roles: readonly string[], adminRoles: readonly string[]): boolean =>
  roles.some(role => adminRoles.includes(role.toLowerCase()))
