import { eitherOf } from '../model/either-of.ts'
import {
  addProject,
  addUser,
  changePassword,
  deleteProject,
  deleteUser,
  setUserRole,
  type UserEffect,
} from '../operations/projects/manage-users.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { isProjectRole, type ProjectRole, roleWord } from '../rules/access/project-roles.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'
import { deleteIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

const aRole: Readonly<Record<ProjectRole, string>> = { member: 'a member', admin: 'an admin' }

const textOption = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function requiredProject({ options }: Input): string {
  const project = textOption(options.project)
  if (project === undefined) throw new UsageError('option --project is required')
  return project
}

function roleOf(text: string, more: readonly string[] = []): ProjectRole | undefined {
  if (isProjectRole(text)) return text
  if (more.includes(text)) return undefined
  throw new UsageError(`option --role: expected ${eitherOf(['member', 'admin', ...more])}, found '${text}'`)
}

/** Reads the password from the terminal or standard input. Without either, generates one, which has to be shown to the user. */
function passwordFrom(context: Context, directory: UserDirectory, user: string, { options }: Input) {
  let generated: string | undefined
  return {
    async get() {
      const chosen = await context.password(user, options.passwordStdin === true)
      generated = chosen === undefined ? directory.newPassword() : undefined
      return chosen ?? generated!
    },
    /** The generated password; undefined when the user chose one. */
    generated: () => generated,
  }
}

const passwordLines = (password: string | undefined): string[] =>
  password === undefined ? [] : [`Password: ${password}   (shown only once; the service keeps only a hash of it)`]

export async function userList(context: Context) {
  const users = await (await context.users()).users()
  return {
    columns: ['ID', 'Name', 'Projects'],
    rows: users.map(({ id, name, memberships }) => [
      id,
      name,
      memberships.map(({ project, roles }) => `${project.name} (${roleWord(roles)})`).join(', '),
    ]),
  }
}

export async function userAdd(context: Context, input: Input): ReturnType<Run> {
  const name = input.args.user_name!
  const project = requiredProject(input)
  const role = roleOf(textOption(input.options.role) ?? 'member')!
  const directory = await context.users()
  const password = passwordFrom(context, directory, name, input)
  const added = await addUser(directory, { name, project, role, password: password.get, ifMissing: isIfMissing(input) })
  if (added.existed)
    return [
      `User '${added.user.name}' already exists as ${aRole[role]} of the project '${added.project.name}'. The password was not changed.`,
    ]
  const cloud = { user: added.user.name, project: added.project.name, password: password.generated() }
  return [
    `Added user '${added.user.name}' as ${aRole[role]} of the project '${added.project.name}'.`,
    ...passwordLines(password.generated()),
    '',
    `Entry for the user's clouds.yaml${cloud.password === undefined ? ' (the client asks for the password)' : ''}:`,
    '',
    ...(await context.clouds.entry(cloud)),
  ]
}

export async function userPassword(context: Context, input: Input): ReturnType<Run> {
  const name = input.args.user_name!
  const directory = await context.users()
  const password = passwordFrom(context, directory, name, input)
  const user = await changePassword(directory, { user: name, password: password.get })
  return [
    `Changed the password of '${user.name}'. Tokens obtained with the old password are no longer valid.`,
    ...passwordLines(password.generated()),
    ...staleCloud(context, user.name, 'still contains the old password', 'replace it with the new one'),
  ]
}

function staleCloud(context: Context, user: string, problem: string, advice: string): string[] {
  const file = context.clouds.fileNaming(user)
  return file === undefined ? [] : [`${file} ${problem} of '${user}': ${advice}.`]
}

const adminWords = ({ noAdminLeft }: Pick<UserEffect, 'noAdminLeft'>): string[] =>
  noAdminLeft
    ? ['No user is an admin any more; `trove-manage user_role_set … --role admin` makes a user an admin.']
    : []

export async function userRoleSet(context: Context, input: Input): ReturnType<Run> {
  const requestedRole = textOption(input.options.role)
  if (requestedRole === undefined) throw new UsageError('option --role is required: member, admin or none')
  const role = roleOf(requestedRole, ['none'])
  const change = { user: input.args.user_name!, project: requiredProject(input), role }
  const effect = await setUserRole(await context.users(), change)
  const { user, project } = effect
  return [
    role === undefined
      ? `User '${user.name}' no longer has a role in the project '${project.name}'.`
      : `User '${user.name}' is ${aRole[role]} of the project '${project.name}'.`,
    ...(user.memberships.length === 0 ? ['The user has no role in any project, and so cannot log in.'] : []),
    ...adminWords(effect),
  ]
}

export function userDelete(context: Context, input: Input): ReturnType<Run> {
  return deleteIfExists(input, () => deleteNamedUser(context, input))
}

async function deleteNamedUser(context: Context, input: Input): Promise<readonly string[]> {
  const effect = await deleteUser(await context.users(), input.args.user_name!)
  const { name } = effect.user
  return [
    `Deleted user '${name}'. Tokens of this user are no longer valid; instances stay with their project.`,
    ...staleCloud(context, name, 'still contains the login', 'remove it'),
    ...adminWords(effect),
  ]
}

export async function projectList(context: Context) {
  const projects = await (await context.users()).projects()
  return { columns: ['ID', 'Name'], rows: projects.map(({ id, name }) => [id, name]) }
}

export async function projectAdd(context: Context, input: Input): ReturnType<Run> {
  const { project, existed } = await addProject(await context.users(), input.args.project_name!, {
    ifMissing: isIfMissing(input),
  })
  const { id, name } = project
  return [
    existed ? `Project '${name}' already exists with the id ${id}.` : `Added project '${name}' with the id ${id}.`,
  ]
}

export function projectDelete(context: Context, input: Input): ReturnType<Run> {
  return deleteIfExists(input, () => deleteNamedProject(context, input))
}

async function deleteNamedProject(context: Context, input: Input): Promise<readonly string[]> {
  // The users first: with Keystone, this refuses without a database.
  const directory = await context.users()
  const { stores } = await context.ports()
  const effect = await deleteProject(directory, stores.instances, input.args.project_name!)
  const names = effect.homeless.map(({ name }) => name).join(', ')
  return [
    `Deleted project '${effect.project.name}'.`,
    ...(names === '' ? [] : [`In no project any more, and so unable to log in: ${names}.`]),
    ...adminWords(effect),
  ]
}
