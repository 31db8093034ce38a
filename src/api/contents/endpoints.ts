/**
 * Databases, users and root of an instance over HTTP. These endpoints only translate; each call runs on the database
 * server of the instance through `src/operations/instances/manage-contents.ts`. Trove's statuses are kept although they
 * differ: root answers 200, everything else that changes something answers 202.
 */

import * as contents from '../../operations/instances/manage-contents.ts'
import { refusal } from '../../rules/refusals.ts'
import { type Call, endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { databasesView, userView } from './view.ts'

/** The first arguments of every operation on contents. */
const target = ({ ports, caller, params }: Call<'id'>) => [ports, caller, params.id] as const

/** Trove's clients may address a user as `name@host`. Users here are not bound to a host, so `@%` is dropped. */
const userName = ({ params }: Call<'user'>) => params.user.replace(/@%$/, '')

/** Clients send no body at all when they want a new password. */
function requestedPassword(body: unknown): string | undefined {
  if (body === undefined || body === null || !Object.hasOwn(body, 'password')) return undefined
  const { password } = body as { password: unknown }
  if (typeof password === 'string' && password !== '') return password
  throw refusal.validation_failed({ problems: ["['password'] must be a non-empty string"] })
}

export const showRoot = endpoint({
  operationId: 'showRoot',
  summary: 'Shows whether root was ever enabled.',
  params: ['id'],
  answers: [200, replies.rootEnabled],
  run: async call => ({ rootEnabled: await contents.isRootEnabled(...target(call)) }),
})

export const enableRoot = endpoint({
  operationId: 'enableRoot',
  summary: 'Enables root and returns its password. The password is not shown again.',
  params: ['id'],
  answers: [200, replies.root],
  run: async call => ({ user: await contents.enableRoot(...target(call), requestedPassword(call.body)) }),
})

export const disableRoot = endpoint({
  operationId: 'disableRoot',
  summary: 'Disables root.',
  params: ['id'],
  answers: [200, null],
  run: call => contents.disableRoot(...target(call)),
})

export const listDatabases = endpoint({
  operationId: 'listDatabases',
  summary: 'Lists the databases of an instance.',
  params: ['id'],
  answers: [200, replies.databases],
  run: async call => databasesView(await contents.listDatabases(...target(call))),
})

export const createDatabases = endpoint({
  operationId: 'createDatabases',
  summary: 'Creates databases.',
  params: ['id'],
  body: schemas.createDatabases,
  answers: [202, null],
  run: async call => {
    const requests = call.body.databases.map(({ name, character_set, collate }) => ({
      name,
      characterSet: character_set,
      collate,
    }))
    await contents.createDatabases(...target(call), requests)
  },
})

export const deleteDatabase = endpoint({
  operationId: 'deleteDatabase',
  summary: 'Deletes a database and everything in it.',
  params: ['id', 'database'],
  answers: [202, null],
  run: call => contents.deleteDatabase(...target(call), call.params.database),
})

export const listUsers = endpoint({
  operationId: 'listUsers',
  summary: 'Lists the users of an instance, and the databases that each can access.',
  params: ['id'],
  answers: [200, replies.users],
  run: async call => ({ users: (await contents.listUsers(...target(call))).map(userView) }),
})

export const createUsers = endpoint({
  operationId: 'createUsers',
  summary: 'Creates users.',
  params: ['id'],
  body: schemas.createUsers,
  answers: [202, null],
  run: async call => {
    const requests = call.body.users.map(({ name, password, databases = [] }) => ({
      name,
      password,
      databases: databases.map(database => database.name),
    }))
    await contents.createUsers(...target(call), requests)
  },
})

export const changePasswords = endpoint({
  operationId: 'changePasswords',
  summary: 'Changes passwords of users.',
  params: ['id'],
  body: schemas.changePasswords,
  answers: [202, null],
  run: call => contents.changePasswords(...target(call), call.body.users),
})

export const showUser = endpoint({
  operationId: 'showUser',
  summary: 'Shows a user.',
  params: ['id', 'user'],
  answers: [200, replies.user],
  run: async call => ({ user: userView(await contents.showUser(...target(call), userName(call))) }),
})

export const changeUser = endpoint({
  operationId: 'changeUser',
  summary: 'Renames a user, or changes the password.',
  params: ['id', 'user'],
  body: schemas.changeUser,
  answers: [202, null],
  run: async call => {
    const { name, password } = call.body.user
    await contents.changeUser(...target(call), userName(call), { name, password })
  },
})

export const deleteUser = endpoint({
  operationId: 'deleteUser',
  summary: 'Deletes a user. Objects that the user owns are kept.',
  params: ['id', 'user'],
  answers: [202, null],
  run: call => contents.deleteUser(...target(call), userName(call)),
})

export const listUserDatabases = endpoint({
  operationId: 'listUserDatabases',
  summary: 'Lists the databases that a user can access.',
  params: ['id', 'user'],
  answers: [200, replies.databases],
  run: async call => databasesView((await contents.showUser(...target(call), userName(call))).databases),
})

export const grantDatabases = endpoint({
  operationId: 'grantDatabases',
  summary: 'Grants a user access to databases.',
  params: ['id', 'user'],
  body: schemas.grantDatabases,
  answers: [202, null],
  run: async call => {
    const names = call.body.databases.map(({ name }) => name)
    await contents.grantDatabases(...target(call), userName(call), names)
  },
})

export const revokeDatabase = endpoint({
  operationId: 'revokeDatabase',
  summary: "Revokes a user's access to a database.",
  params: ['id', 'user', 'database'],
  answers: [202, null],
  run: call => contents.revokeDatabase(...target(call), userName(call), call.params.database),
})
