import type { Static } from 'typebox'
import {
  changePasswords,
  changeUser,
  createDatabases,
  createUsers,
  deleteDatabase,
  deleteUser,
  disableRoot,
  enableRoot,
  grantDatabases,
  isRootEnabled,
  listDatabases,
  listUsers,
  revokeDatabase,
  showUser,
} from '../operations/manage-contents.ts'
import { refusal } from '../rules/refusals.ts'
import * as schemas from './instance-schemas.ts'
import { instanceReplies } from './instance-schemas.ts'
import { accepted, type Call, ok, type Route } from './route.ts'
import { databasesView, userView } from './views/contents.ts'

/** The arguments that every one of these operations starts with. */
const target = (call: Call) => [call.ports, call.caller, call.params.id!] as const

/** Trove's clients may name a user as `name@host`; here a user is the same from everywhere. */
const userName = (call: Call) => call.params.user!.replace(/@%$/, '')

/** Clients send no body at all when they want a new password. */
function givenPassword(body: unknown): string | undefined {
  if (body === undefined || body === null || !Object.hasOwn(body, 'password')) return undefined
  const { password } = body as { password: unknown }
  if (typeof password === 'string' && password !== '') return password
  throw refusal.validation_failed({ problems: ["['password'] must be a text that is not empty"] })
}

/** The superuser, databases and users inside an instance. */
export const contentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/instances/:id/root',
    policy: 'instance:extension:root:index',
    operationId: 'showRoot',
    summary: 'Whether the superuser was ever let in.',
    answers: [200, instanceReplies.rootEnabled],
    run: async call => ok({ rootEnabled: await isRootEnabled(...target(call)) }),
  },
  {
    method: 'POST',
    path: '/instances/:id/root',
    policy: 'instance:extension:root:create',
    operationId: 'enableRoot',
    summary: 'Let the superuser in. The password is told this once.',
    answers: [200, instanceReplies.root],
    run: async call => {
      return ok({ user: await enableRoot(...target(call), givenPassword(call.body)) })
    },
  },
  {
    method: 'DELETE',
    path: '/instances/:id/root',
    policy: 'instance:extension:root:delete',
    operationId: 'disableRoot',
    summary: 'Lock the superuser out again.',
    answers: [200, null],
    run: async call => {
      await disableRoot(...target(call))
      return { status: 200 }
    },
  },
  {
    method: 'GET',
    path: '/instances/:id/databases',
    policy: 'instance:extension:database:index',
    operationId: 'listDatabases',
    summary: 'The databases in an instance.',
    answers: [200, instanceReplies.databases],
    run: async call => ok(databasesView(await listDatabases(...target(call)))),
  },
  {
    method: 'POST',
    path: '/instances/:id/databases',
    policy: 'instance:extension:database:create',
    operationId: 'createDatabases',
    summary: 'Make databases.',
    body: schemas.createDatabases,
    answers: [202, null],
    run: async call => {
      const { databases } = call.body as Static<typeof schemas.createDatabases>
      const requests = databases.map(({ name, character_set, collate }) => ({
        name,
        characterSet: character_set,
        collate,
      }))
      await createDatabases(...target(call), requests)
      return accepted
    },
  },
  {
    method: 'DELETE',
    path: '/instances/:id/databases/:database',
    policy: 'instance:extension:database:delete',
    operationId: 'deleteDatabase',
    summary: 'Delete a database with everything in it.',
    answers: [202, null],
    run: async call => {
      await deleteDatabase(...target(call), call.params.database!)
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/instances/:id/users',
    policy: 'instance:extension:user:index',
    operationId: 'listUsers',
    summary: 'The users in an instance, and the databases that each may use.',
    answers: [200, instanceReplies.users],
    run: async call => ok({ users: (await listUsers(...target(call))).map(userView) }),
  },
  {
    method: 'POST',
    path: '/instances/:id/users',
    policy: 'instance:extension:user:create',
    operationId: 'createUsers',
    summary: 'Make users.',
    body: schemas.createUsers,
    answers: [202, null],
    run: async call => {
      const { users } = call.body as Static<typeof schemas.createUsers>
      const requests = users.map(({ name, password, databases = [] }) => ({
        name,
        password,
        databases: databases.map(database => database.name),
      }))
      await createUsers(...target(call), requests)
      return accepted
    },
  },
  {
    method: 'PUT',
    path: '/instances/:id/users',
    policy: 'instance:extension:user:update_all',
    operationId: 'changePasswords',
    summary: 'Change the passwords of users.',
    body: schemas.changePasswords,
    answers: [202, null],
    run: async call => {
      const { users } = call.body as Static<typeof schemas.changePasswords>
      await changePasswords(...target(call), users)
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/instances/:id/users/:user',
    policy: 'instance:extension:user:show',
    operationId: 'showUser',
    summary: 'A user.',
    answers: [200, instanceReplies.user],
    run: async call => ok({ user: userView(await showUser(...target(call), userName(call))) }),
  },
  {
    method: 'PUT',
    path: '/instances/:id/users/:user',
    policy: 'instance:extension:user:update',
    operationId: 'changeUser',
    summary: 'Rename a user, or change the password.',
    body: schemas.changeUser,
    answers: [202, null],
    run: async call => {
      const { user } = call.body as Static<typeof schemas.changeUser>
      await changeUser(...target(call), userName(call), { name: user.name, password: user.password })
      return accepted
    },
  },
  {
    method: 'DELETE',
    path: '/instances/:id/users/:user',
    policy: 'instance:extension:user:delete',
    operationId: 'deleteUser',
    summary: 'Delete a user; what the user owns stays.',
    answers: [202, null],
    run: async call => {
      await deleteUser(...target(call), userName(call))
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/instances/:id/users/:user/databases',
    policy: 'instance:extension:user_access:index',
    operationId: 'listUserDatabases',
    summary: 'The databases that a user may use.',
    answers: [200, instanceReplies.databases],
    run: async call => ok(databasesView((await showUser(...target(call), userName(call))).databases)),
  },
  {
    method: 'PUT',
    path: '/instances/:id/users/:user/databases',
    policy: 'instance:extension:user_access:update',
    operationId: 'grantDatabases',
    summary: 'Let a user use databases.',
    body: schemas.grantDatabases,
    answers: [202, null],
    run: async call => {
      const { databases } = call.body as Static<typeof schemas.grantDatabases>
      const names = databases.map(({ name }) => name)
      await grantDatabases(...target(call), userName(call), names)
      return accepted
    },
  },
  {
    method: 'DELETE',
    path: '/instances/:id/users/:user/databases/:database',
    policy: 'instance:extension:user_access:delete',
    operationId: 'revokeDatabase',
    summary: 'Let a user use a database no more.',
    answers: [202, null],
    run: async call => {
      await revokeDatabase(...target(call), userName(call), call.params.database!)
      return accepted
    },
  },
]
