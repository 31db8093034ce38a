import { Type } from 'typebox'
import { nonEmpty } from '../schema-parts.ts'

export const database = Type.Object({
  name: nonEmpty(),
  character_set: Type.Optional(Type.String()),
  collate: Type.Optional(Type.String()),
})

const databaseName = Type.Object({ name: nonEmpty() })

export const user = Type.Object({
  name: nonEmpty(),
  password: nonEmpty(),
  host: Type.Optional(Type.String()),
  databases: Type.Optional(Type.Array(databaseName)),
})

export const createDatabases = Type.Object({ databases: Type.Array(database, { minItems: 1 }) })
export const createUsers = Type.Object({ users: Type.Array(user, { minItems: 1 }) })
export const changePasswords = Type.Object({
  users: Type.Array(Type.Object({ name: nonEmpty(), password: nonEmpty(), host: Type.Optional(Type.String()) }), {
    minItems: 1,
  }),
})
export const changeUser = Type.Object({
  user: Type.Object({
    name: Type.Optional(nonEmpty()),
    password: Type.Optional(nonEmpty()),
    host: Type.Optional(Type.String()),
  }),
})
export const grantDatabases = Type.Object({ databases: Type.Array(databaseName, { minItems: 1 }) })

// Responses.

const names = Type.Array(Type.Object({ name: Type.String() }))
export const userShown = Type.Object({ name: Type.String(), host: Type.String(), databases: names })

export const replies = {
  databases: Type.Object({ databases: names }),
  users: Type.Object({ users: Type.Array(userShown) }),
  user: Type.Object({ user: userShown }),
  rootEnabled: Type.Object({ rootEnabled: Type.Boolean() }),
  root: Type.Object({ user: Type.Object({ name: Type.String(), password: Type.String() }) }),
}
