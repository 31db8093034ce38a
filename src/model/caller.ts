import type { ProjectId } from './ids.ts'

/** Who is asking, as the identity service vouches for it. */
export type Caller = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  isAdmin: boolean
}>

/** Whether one of the roles makes an admin; case does not matter (trove@4cdc0cd common/wsgi.py:521). */
export const isAdminBy = (roles: readonly string[], adminRoles: readonly string[]): boolean =>
  roles.some(role => adminRoles.includes(role.toLowerCase()))
