import type { Command } from '../command.ts'
import { ifExistsOption } from './options.ts'

const userArg = ['user_name', 'Name of the user.'] as const
const passwordOption = [
  '--password-stdin',
  'Read the password from standard input. Without this option, ask for it on a terminal, or generate one and print it once.',
] as const

/** Commands for the users and projects of the embedded identity service. */
export const userCommands: readonly Command[] = [
  {
    verb: 'user_list',
    summary: 'Lists the users of the embedded identity service, with their role in each project.',
    lists: true,
    example: ['trove-manage user_list', 'Lists every user.'],
    run: async context => (await import('../user-commands.ts')).userList(context),
  },
  {
    verb: 'user_add',
    summary: 'Adds a user to the embedded identity service.',
    args: [userArg],
    options: [
      ['--project <project>', 'Project of the user (required).'],
      ['--role <role>', 'Role of the user in the project: member (default), or admin, who can manage all of Trove.'],
      passwordOption,
      ['--if-missing', 'Succeed if the user already exists with this role. The password stays as it is.'],
    ],
    example: [
      'trove-manage user_add ann --project demo',
      'Asks for a password, and prints an entry for a clouds.yaml.',
    ],
    run: async (...call) => (await import('../user-commands.ts')).userAdd(...call),
  },
  {
    verb: 'user_password',
    summary: 'Changes the password of a user, and revokes tokens obtained with the old one.',
    args: [userArg],
    options: [passwordOption],
    example: ['trove-manage user_password demo', 'The old password and its tokens become invalid immediately.'],
    run: async (...call) => (await import('../user-commands.ts')).userPassword(...call),
  },
  {
    verb: 'user_role_set',
    summary: 'Sets the role of a user in a project.',
    args: [userArg],
    options: [
      ['--project <project>', 'Project (required).'],
      ['--role <role>', 'member, admin, or none (required).'],
    ],
    example: [
      'trove-manage user_role_set ann --project demo --role admin',
      'Takes effect immediately, for existing tokens, too.',
    ],
    run: async (...call) => (await import('../user-commands.ts')).userRoleSet(...call),
  },
  {
    verb: 'user_delete',
    summary: 'Deletes a user, and revokes the tokens of that user.',
    args: [userArg],
    options: [ifExistsOption],
    example: ['trove-manage user_delete ann', 'Keeps the instances of the user, since these belong to projects.'],
    run: async (...call) => (await import('../user-commands.ts')).userDelete(...call),
  },
  {
    verb: 'project_list',
    summary: 'Lists the projects of the embedded identity service.',
    lists: true,
    example: ['trove-manage project_list', 'Shows the project ids to use in flavors.yaml.'],
    run: async context => (await import('../user-commands.ts')).projectList(context),
  },
  {
    verb: 'project_add',
    summary: 'Adds a project to the embedded identity service.',
    args: [['project_name', 'Name of the project.']],
    options: [['--if-missing', 'Succeed if the project already exists.']],
    example: ['trove-manage project_add shop', 'Adds the project without any users.'],
    run: async (...call) => (await import('../user-commands.ts')).projectAdd(...call),
  },
  {
    verb: 'project_delete',
    summary: 'Deletes a project that has no instances, and the roles of users in it.',
    args: [['project_name', 'Name of the project.']],
    options: [ifExistsOption],
    example: ['trove-manage project_delete shop --if-exists', 'Deletes the project if it is there.'],
    run: async (...call) => (await import('../user-commands.ts')).projectDelete(...call),
  },
]
