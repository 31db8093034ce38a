import * as contents from '../../operations/manage-contents.ts'
import { refusal } from '../../rules/refusals.ts'
import { type Call, endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { databasesView, userView } from './view.ts'

/** The arguments that every one of these operations starts with. */
const target = ({ ports, caller, params }: Call<'id'>) => [ports, caller, params.id] as const

/** Trove's clients may name a user as `name@host`; here a user is the same from everywhere. */
const userName = ({ params }: Call<'user'>) => params.user.replace(/@%$/, '')

/** Clients send no body at all when they want a new password. */
function givenPassword(body: unknown): string | undefined {
  if (body === undefined || body === null || !Object.hasOwn(body, 'password')) return undefined
  const { password } = body as { password: unknown }
  if (typeof password === 'string' && password !== '') return password
  throw refusal.validation_failed({ problems: ["['password'] must be a text that is not empty"] })
}

const showRoot = endpoint({
  operationId: 'showRoot',
  summary: 'Whether the superuser was ever let in.',
  params: ['id'],
  answers: [200, replies.rootEnabled],
  run: async call => ({ rootEnabled: await contents.isRootEnabled(...target(call)) }),
})

const enableRoot = endpoint({
  operationId: 'enableRoot',
  summary: 'Let the superuser in. The password is told this once.',
  params: ['id'],
  answers: [200, replies.root],
  run: async call => ({ user: await contents.enableRoot(...target(call), givenPassword(call.body)) }),
})

const disableRoot = endpoint({
  operationId: 'disableRoot',
  summary: 'Lock the superuser out again.',
  params: ['id'],
  answers: [200, null],
  run: call => contents.disableRoot(...target(call)),
})

const databases = endpoint({
  operationId: 'listDatabases',
  summary: 'The databases in an instance.',
  params: ['id'],
  answers: [200, replies.databases],
  run: async call => databasesView(await contents.listDatabases(...target(call))),
})

const createDatabases = endpoint({
  operationId: 'createDatabases',
  summary: 'Make databases.',
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

const deleteDatabase = endpoint({
  operationId: 'deleteDatabase',
  summary: 'Delete a database with everything in it.',
  params: ['id', 'database'],
  answers: [202, null],
  run: call => contents.deleteDatabase(...target(call), call.params.database),
})

const users = endpoint({
  operationId: 'listUsers',
  summary: 'The users in an instance, and the databases that each may use.',
  params: ['id'],
  answers: [200, replies.users],
  run: async call => ({ users: (await contents.listUsers(...target(call))).map(userView) }),
})

const createUsers = endpoint({
  operationId: 'createUsers',
  summary: 'Make users.',
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

const changePasswords = endpoint({
  operationId: 'changePasswords',
  summary: 'Change the passwords of users.',
  params: ['id'],
  body: schemas.changePasswords,
  answers: [202, null],
  run: call => contents.changePasswords(...target(call), call.body.users),
})

const showUser = endpoint({
  operationId: 'showUser',
  summary: 'A user.',
  params: ['id', 'user'],
  answers: [200, replies.user],
  run: async call => ({ user: userView(await contents.showUser(...target(call), userName(call))) }),
})

const changeUser = endpoint({
  operationId: 'changeUser',
  summary: 'Rename a user, or change the password.',
  params: ['id', 'user'],
  body: schemas.changeUser,
  answers: [202, null],
  run: async call => {
    const { name, password } = call.body.user
    await contents.changeUser(...target(call), userName(call), { name, password })
  },
})

const deleteUser = endpoint({
  operationId: 'deleteUser',
  summary: 'Delete a user; what the user owns stays.',
  params: ['id', 'user'],
  answers: [202, null],
  run: call => contents.deleteUser(...target(call), userName(call)),
})

const databasesOfUser = endpoint({
  operationId: 'listUserDatabases',
  summary: 'The databases that a user may use.',
  params: ['id', 'user'],
  answers: [200, replies.databases],
  run: async call => databasesView((await contents.showUser(...target(call), userName(call))).databases),
})

const grantDatabases = endpoint({
  operationId: 'grantDatabases',
  summary: 'Let a user use databases.',
  params: ['id', 'user'],
  body: schemas.grantDatabases,
  answers: [202, null],
  run: async call => {
    const names = call.body.databases.map(({ name }) => name)
    await contents.grantDatabases(...target(call), userName(call), names)
  },
})

const revokeDatabase = endpoint({
  operationId: 'revokeDatabase',
  summary: 'Let a user use a database no more.',
  params: ['id', 'user', 'database'],
  answers: [202, null],
  run: call => contents.revokeDatabase(...target(call), userName(call), call.params.database),
})

export const root = { show: showRoot, enable: enableRoot, disable: disableRoot }

export const databaseContents = { index: databases, create: createDatabases, remove: deleteDatabase }

export const userContents = {
  index: users,
  create: createUsers,
  changePasswords,
  show: showUser,
  change: changeUser,
  remove: deleteUser,
  databases: databasesOfUser,
  grant: grantDatabases,
  revoke: revokeDatabase,
}
