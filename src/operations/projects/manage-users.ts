import { columnTextProblem } from '../../model/column-text.ts'
import { nearestNamed } from '../../model/nearest-name.ts'
import type { Named } from '../../ports/identity.ts'
import type { DirectoryDraft, DirectoryUser, UserDirectory } from '../../ports/user-directory.ts'
import { isAdminBy, type ProjectRole, projectRoles } from '../../rules/access/project-roles.ts'
import { refusal } from '../../rules/refusals.ts'

/** What a change leaves behind that somebody should know. */
export type UserEffect = Readonly<{ user: DirectoryUser; noAdminLeft: boolean }>

/**
 * Adds a user who is something in a project; their name is nobody else's, in any case.
 *
 * @param input.password asked for once nothing else speaks against it
 */
export async function addUser(
  directory: UserDirectory,
  input: { name: string; project: string; role: ProjectRole; password: () => Promise<string> },
): Promise<{ user: Named; project: Named }> {
  const { name } = input
  refuseName('name of a user', name)
  const free = (readable: Readable) => {
    const namesake = named(readable.users, name)
    if (namesake) throw refusal.identity_user_exists({ name: namesake.name })
    return findProject(readable, input.project)
  }
  free(await readableOf(directory))
  const password = usable(await input.password())
  return directory.change(async draft => {
    const project = free({ users: draft.users(), projects: draft.projects() })
    const user = await draft.addUser(name, password)
    draft.setRoles(user.id, project.id, projectRoles[input.role])
    return { user, project }
  })
}

/**
 * Gives a user another password; tokens that were got with the one before end.
 *
 * @param input.password asked for once the user is known
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

/** Takes a user out with everything that they are; their tokens end. */
export async function deleteUser(directory: UserDirectory, name: string): Promise<UserEffect> {
  return directory.change(async draft => {
    const user = findUser({ users: draft.users() }, name)
    draft.removeUser(user.id)
    return { user, noAdminLeft: noAdminLeft(draft) }
  })
}

/** Says what a user is in a project from now on. @param role undefined: nothing */
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

/** Ends every token that is out, for everybody. */
export async function changeSigningKey(directory: UserDirectory): Promise<void> {
  await directory.change(async draft => draft.renewSigningKey())
}

export async function addProject(directory: UserDirectory, name: string): Promise<Named> {
  refuseName('name of a project', name)
  return directory.change(async draft => {
    const namesake = named(draft.projects(), name)
    if (namesake) throw refusal.project_exists({ name: namesake.name })
    return draft.addProject(name)
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

/** By name, as people type it, else by id. */
const named = <T extends Named>(all: readonly T[], nameOrId: string): T | undefined =>
  all.find(({ name }) => name === nameOrId) ??
  all.find(({ name }) => name.toLowerCase() === nameOrId.toLowerCase()) ??
  all.find(({ id }) => id === nameOrId)

function findUser({ users }: Pick<Readable, 'users'>, name: string): DirectoryUser {
  const found = named(users, name)
  if (!found) throw refusal.identity_user_not_found({ name, nearest: nearestNamed(name, users) })
  return found
}

function findProject({ projects }: Pick<Readable, 'projects'>, name: string): Named {
  const found = named(projects, name)
  if (!found) throw refusal.project_not_found({ name, nearest: nearestNamed(name, projects) })
  return found
}

const noAdminLeft = (draft: DirectoryDraft) =>
  !draft.users().some(({ memberships }) => memberships.some(({ roles }) => isAdminBy(roles)))
