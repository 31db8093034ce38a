import { columnTextProblem } from '../../model/column-text.ts'
import type { ProjectId } from '../../model/ids.ts'
import type { Named } from '../../ports/identity.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { DirectoryDraft, DirectoryUser, UserDirectory } from '../../ports/user-directory.ts'
import { isAdminBy, type ProjectRole, projectRoles, roleWord } from '../../rules/access/project-roles.ts'
import { identityRefusal } from '../../rules/access/refusals.ts'
import { projectsToName, usersToName } from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'

/** The user after a change. `noAdminLeft`: true if no user is an admin any more, which the operator should know. */
export type UserEffect = Readonly<{ user: DirectoryUser; noAdminLeft: boolean }>

/**
 * Adds a user with a role in a project. These users belong to the embedded identity; with Keystone, this module is not
 * used. Names are unique, regardless of letter case.
 *
 * @param input.password called after all other checks, so that users do not type a password for nothing
 * @param input.ifMissing leaves a user that exists and has this role as it is, instead of refusing it
 */
export async function addUser(
  directory: UserDirectory,
  input: { name: string; project: string; role: ProjectRole; password: () => Promise<string>; ifMissing?: boolean },
): Promise<{ user: Named; project: Named; existed: boolean }> {
  const { name } = input
  refuseName('user name', name)
  const requireUnused = (readable: Readable) => {
    const namesake = named(readable.users, name)
    if (namesake) throw identityRefusal.identity_user_exists({ name: namesake.name })
    return findProject(readable, input.project)
  }
  const before = await readableOf(directory)
  const existing = input.ifMissing ? userWithRole(before, input) : undefined
  if (existing) return { ...existing, existed: true }
  requireUnused(before)
  const password = usable(await input.password())
  return directory.change(async draft => {
    const project = requireUnused({ users: draft.users(), projects: draft.projects() })
    const user = await draft.addUser(name, password)
    draft.setRoles(user.id, project.id, projectRoles[input.role])
    return { user, project, existed: false }
  })
}

/** Returns the user of this name if it has exactly this role in the project. */
function userWithRole(readable: Readable, input: { name: string; project: string; role: ProjectRole }) {
  const user = named(readable.users, input.name)
  const project = named(readable.projects, input.project)
  const membership = user?.memberships.find(({ project: { id } }) => id === project?.id)
  return user && project && membership && roleWord(membership.roles) === input.role ? { user, project } : undefined
}

/**
 * Changes the password of a user. Tokens issued with the previous password become invalid.
 *
 * @param input.password called only if the user exists
 */
export async function changePassword(
  directory: UserDirectory,
  input: { user: string; password: () => Promise<string> },
): Promise<Named> {
  findUser(await readableOf(directory), input.user)
  const password = usable(await input.password())
  return directory.change(async draft => {
    const user = findUser({ users: draft.users() }, input.user)
    await draft.setPassword(user.id, password)
    return user
  })
}

/** Deletes a user with all roles. The user's tokens become invalid. */
export async function deleteUser(directory: UserDirectory, name: string): Promise<UserEffect> {
  return directory.change(async draft => {
    const user = findUser({ users: draft.users() }, name)
    draft.removeUser(user.id)
    return { user, noAdminLeft: noAdminLeft(draft) }
  })
}

/** Sets the role of a user in a project. @param input.role undefined to remove the user from the project */
export async function setUserRole(
  directory: UserDirectory,
  input: { user: string; project: string; role: ProjectRole | undefined },
): Promise<UserEffect & { project: Named }> {
  return directory.change(async draft => {
    const { id } = findUser({ users: draft.users() }, input.user)
    const project = findProject({ projects: draft.projects() }, input.project)
    draft.setRoles(id, project.id, input.role ? projectRoles[input.role] : [])
    return { user: draft.users().find(user => user.id === id)!, project, noAdminLeft: noAdminLeft(draft) }
  })
}

/** Changes the signing key, which invalidates all tokens of all users. */
export async function changeSigningKey(directory: UserDirectory): Promise<void> {
  await directory.change(async draft => draft.renewSigningKey())
}

/** Adds a project. Refuses a name that is in use; with `ifMissing`, returns the existing project instead. */
export async function addProject(
  directory: UserDirectory,
  name: string,
  { ifMissing }: { ifMissing?: boolean } = {},
): Promise<{ project: Named; existed: boolean }> {
  refuseName('project name', name)
  return directory.change(async draft => {
    const namesake = named(draft.projects(), name)
    if (namesake && ifMissing) return { project: namesake, existed: true }
    if (namesake) throw identityRefusal.project_exists({ name: namesake.name })
    return { project: draft.addProject(name), existed: false }
  })
}

/**
 * Deletes a project that has no instances, with the roles of its users, and returns the users who are in no project any
 * more. Another Trove on the same database counts its instances, too.
 */
export async function deleteProject(
  directory: UserDirectory,
  instances: Pick<InstanceStore, 'use'>,
  name: string,
): Promise<{ project: Named; homeless: readonly DirectoryUser[]; noAdminLeft: boolean }> {
  return directory.change(async draft => {
    const project = findProject({ projects: draft.projects() }, name)
    const { instances: count } = await instances.use(project.id)
    if (count > 0) throw identityRefusal.project_has_instances({ name: project.name, count })
    const isMember = ({ memberships }: DirectoryUser) => memberships.some(({ project: { id } }) => id === project.id)
    const members = new Set(
      draft
        .users()
        .filter(isMember)
        .map(({ id }) => id),
    )
    draft.removeProject(project.id)
    const homeless = draft.users().filter(({ id, memberships }) => members.has(id) && memberships.length === 0)
    return { project, homeless, noAdminLeft: noAdminLeft(draft) }
  })
}

function refuseName(what: string, name: string): void {
  const problem = name.trim() === '' ? 'is empty' : columnTextProblem(name, 255)
  if (problem) throw refusal.text_unusable({ what, problem })
}

function usable(password: string): string {
  const problem = password === '' ? 'is empty' : /[\r\n]/.test(password) ? 'has more than one line' : undefined
  if (problem) throw refusal.text_unusable({ what: 'password', problem })
  return password
}

type Readable = Readonly<{ users: readonly DirectoryUser[]; projects: readonly Named[] }>

const readableOf = async (directory: UserDirectory): Promise<Readable> => ({
  users: await directory.users(),
  projects: await directory.projects(),
})

/** Finds by name, preferably in the same letter case, otherwise by id. */
const named = <T extends Named>(all: readonly T[], nameOrId: string): T | undefined =>
  all.find(({ name }) => name === nameOrId) ??
  all.find(({ name }) => name.toLowerCase() === nameOrId.toLowerCase()) ??
  all.find(({ id }) => id === nameOrId)

function findUser({ users }: Pick<Readable, 'users'>, name: string): DirectoryUser {
  const user = named(users, name)
  if (!user) throw identityRefusal.identity_user_not_found({ name, alternatives: usersToName(users) })
  return user
}

function findProject({ projects }: Pick<Readable, 'projects'>, name: string): Named {
  const project = named(projects, name)
  if (!project) throw identityRefusal.project_not_found({ name, alternatives: projectsToName(projects) })
  return project
}

/**
 * Returns the id of the project that an operator names by name or id. An unknown text is returned unchanged, because the
 * database may have instances of projects that are not in the directory.
 */
export async function projectIdOf(directory: Pick<UserDirectory, 'projects'>, nameOrId: string): Promise<ProjectId> {
  return named(await directory.projects(), nameOrId)?.id ?? nameOrId
}

const noAdminLeft = (draft: DirectoryDraft) =>
  !draft.users().some(({ memberships }) => memberships.some(({ roles }) => isAdminBy(roles)))

/** The same for what is only meant for known projects. Refuses an unknown one. */
export async function knownProjectIdOf(
  directory: Pick<UserDirectory, 'projects'>,
  nameOrId: string,
): Promise<ProjectId> {
  return findProject({ projects: await directory.projects() }, nameOrId).id
}
