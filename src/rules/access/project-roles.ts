/** What somebody can be in a project, and the roles that say so: an admin is a member as well, as Keystone implies it. */
export const projectRoles = { member: ['member'], admin: ['admin', 'member'] } as const satisfies Record<
  string,
  readonly string[]
>

export type ProjectRole = keyof typeof projectRoles

export const isProjectRole = (text: string): text is ProjectRole => Object.hasOwn(projectRoles, text)

/** Whether these roles make somebody an admin. */
export const isAdminBy = (roles: readonly string[]): boolean => roles.includes('admin')

/** What somebody with these roles is, in a word; another role than ours is told as it is. */
export const roleWord = (roles: readonly string[]): string => (isAdminBy(roles) ? 'admin' : (roles[0] ?? 'nothing'))
