import {
  addProject,
  addUser,
  changePassword,
  deleteUser,
  setUserRole,
  type UserEffect,
} from '../operations/projects/manage-users.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { isProjectRole, type ProjectRole, roleWord } from '../rules/access/project-roles.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'

type Run = Command['run']

const userArg = ['user_name', 'Name of the user.'] as const
const passwordOption = [
  '--password-stdin',
  'Read the password from standard input. Without it, it is asked for on a terminal, or made and printed once.',
] as const

/** Everything about the users and projects of the embedded identity. */
export const userCommands: readonly Command[] = [
  {
    verb: 'user_list',
    summary: 'List the users of the embedded identity, and what they are in which project.',
    lists: true,
    example: ['trove-manage user_list', 'Everybody who can log in.'],
    run: userList,
  },
  {
    verb: 'user_add',
    summary: 'Add a user to the embedded identity.',
    args: [userArg],
    options: [
      ['--project <project>', 'Project that the user is for (needed).'],
      ['--role <role>', 'What the user is there: member (the default) or admin, who may manage the whole Trove.'],
      passwordOption,
    ],
    example: [
      'trove-manage user_add ann --project demo',
      'Asks for a password, and prints what to put into a clouds.yaml.',
    ],
    run: userAdd,
  },
  {
    verb: 'user_password',
    summary: 'Give a user another password, and end what was got with the old one.',
    args: [userArg],
    options: [passwordOption],
    example: ['trove-manage user_password demo', 'Logins and tokens with the old one end at once.'],
    run: userPassword,
  },
  {
    verb: 'user_role_set',
    summary: 'Say what a user is in a project.',
    args: [userArg],
    options: [
      ['--project <project>', 'The project (needed).'],
      ['--role <role>', 'member, admin, or none (needed).'],
    ],
    example: [
      'trove-manage user_role_set ann --project demo --role admin',
      'Counts at once, for tokens that are out as well.',
    ],
    run: userRoleSet,
  },
  {
    verb: 'user_delete',
    summary: 'Delete a user, and end what they got.',
    args: [userArg],
    example: ['trove-manage user_delete ann', 'Their instances stay: those belong to projects.'],
    run: userDelete,
  },
  {
    verb: 'project_list',
    summary: 'List the projects of the embedded identity.',
    lists: true,
    example: ['trove-manage project_list', 'With the ids that flavors.yaml takes.'],
    run: projectList,
  },
  {
    verb: 'project_add',
    summary: 'Add a project to the embedded identity.',
    args: [['project_name', 'Name of the project.']],
    example: ['trove-manage project_add shop', 'Nobody is in it yet.'],
    run: projectAdd,
  },
]

const aRole: Readonly<Record<ProjectRole, string>> = { member: 'a member', admin: 'an admin' }

const given = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function neededProject({ options }: Input): string {
  const project = given(options.project)
  if (project === undefined) throw new UsageError('--project is missing: say which one')
  return project
}

function roleOf(text: string, more: readonly string[] = []): ProjectRole | undefined {
  if (isProjectRole(text)) return text
  if (more.includes(text)) return undefined
  throw new UsageError(`--role: expected ${['member', 'admin', ...more].join(' or ')}, found '${text}'`)
}

/** What somebody types or pipes; where there is neither, one that is made here and has to be told. */
function passwordFrom(context: Context, directory: UserDirectory, user: string, { options }: Input) {
  let made: string | undefined
  return {
    async get() {
      const chosen = await context.password(user, options.passwordStdin === true)
      made = chosen === undefined ? directory.newPassword() : undefined
      return chosen ?? made!
    },
    /** The one that was made here, if it was. */
    made: () => made,
  }
}

const tellOnce = (password: string | undefined): string[] =>
  password === undefined ? [] : [`Password: ${password}   (shown this once; only a hash of it is kept)`]

async function userList(context: Context) {
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

async function userAdd(context: Context, input: Input): ReturnType<Run> {
  const name = input.args.user_name!
  const project = neededProject(input)
  const role = roleOf(given(input.options.role) ?? 'member')!
  const directory = await context.users()
  const password = passwordFrom(context, directory, name, input)
  const added = await addUser(directory, { name, project, role, password: password.get })
  const cloud = { user: added.user.name, project: added.project.name, password: password.made() }
  return [
    `Added user '${added.user.name}' as ${aRole[role]} of the project '${added.project.name}'.`,
    ...tellOnce(password.made()),
    '',
    `To put into a clouds.yaml of theirs${cloud.password === undefined ? '; the client asks for the password' : ''}:`,
    '',
    ...(await context.clouds.entry(cloud)),
  ]
}

async function userPassword(context: Context, input: Input): ReturnType<Run> {
  const name = input.args.user_name!
  const directory = await context.users()
  const password = passwordFrom(context, directory, name, input)
  const user = await changePassword(directory, { user: name, password: password.get })
  return [
    `Changed the password of '${user.name}'. Tokens that were got with the old one are worth nothing any more.`,
    ...tellOnce(password.made()),
    ...staleCloud(context, user.name, 'still has the old password', 'put the new one there'),
  ]
}

function staleCloud(context: Context, user: string, says: string, advice: string): string[] {
  const file = context.clouds.fileNaming(user)
  return file === undefined ? [] : [`${file} ${says} of '${user}': ${advice}.`]
}

const adminWords = ({ noAdminLeft }: UserEffect): string[] =>
  noAdminLeft ? ['Nobody is an admin any more; `trove-manage user_role_set … --role admin` makes somebody one.'] : []

async function userRoleSet(context: Context, input: Input): ReturnType<Run> {
  const asked = given(input.options.role)
  if (asked === undefined) throw new UsageError('--role is missing: member, admin or none')
  const role = roleOf(asked, ['none'])
  const change = { user: input.args.user_name!, project: neededProject(input), role }
  const effect = await setUserRole(await context.users(), change)
  const { user, project } = effect
  return [
    role === undefined
      ? `User '${user.name}' has no role in the project '${project.name}' any more.`
      : `User '${user.name}' is ${aRole[role]} of the project '${project.name}'.`,
    ...(user.memberships.length === 0 ? ['They have no project left, so they cannot log in.'] : []),
    ...adminWords(effect),
  ]
}

async function userDelete(context: Context, input: Input): ReturnType<Run> {
  const effect = await deleteUser(await context.users(), input.args.user_name!)
  const { name } = effect.user
  return [
    `Deleted user '${name}'. Their tokens are worth nothing any more; instances stay with their project.`,
    ...staleCloud(context, name, 'still has a cloud', 'take it out'),
    ...adminWords(effect),
  ]
}

async function projectList(context: Context) {
  const projects = await (await context.users()).projects()
  return { columns: ['ID', 'Name'], rows: projects.map(({ id, name }) => [id, name]) }
}

async function projectAdd(context: Context, input: Input): ReturnType<Run> {
  const { id, name } = await addProject(await context.users(), input.args.project_name!)
  return [`Added project '${name}' with the id ${id}.`]
}
