/**
 * The roles of a user in a project, with the Keystone roles for each. An admin is also a member, because Keystone implies
 * that.
 */
export const projectRoles = { member: ['member'], admin: ['admin', 'member'] } as const satisfies Record<
  string,
  readonly string[]
>

export type ProjectRole = keyof typeof projectRoles

export const isProjectRole = (text: string): text is ProjectRole => Object.hasOwn(projectRoles, text)

/** True when these roles make a user an admin. */
export const isAdminBy = (roles: readonly string[]): boolean => roles.includes('admin')

/** Returns one word for a user with these roles. A role that is not one of ours is returned unchanged. */
export const roleWord = (roles: readonly string[]): string => (isAdminBy(roles) ? 'admin' : (roles[0] ?? 'nothing'))
