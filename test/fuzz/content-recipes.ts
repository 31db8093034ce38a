import type { Random } from './random.ts'
import type { Draft, Recipe } from './recipes.ts'
import { type Live, type Stage, take } from './stage.ts'
import { passwordMark } from './values.ts'
import type { Answer } from './wire.ts'

type Inside = Readonly<{ stage: Stage; random: Random; live: Live }>
type Part = Partial<Pick<Draft, 'params' | 'body' | 'after'>>

/** A recipe for what is in an instance that runs. */
const inside =
  (make: (inside: Inside) => Part | undefined): Recipe =>
  ({ stage, random }) => {
    if (stage.live.length === 0) return undefined
    const live = random.pick(stage.live)
    const part = make({ stage, random, live })
    return part && { person: 'member', ...part, params: { id: live.id, ...part.params } }
  }

const password = (random: Random) => `${passwordMark}${random.below(1e9)}`
const granted = ({ status }: Answer) => status < 300

const names = ['d', 'dé', 'D ', 'd"', "d'", 'd-', 'd%', 'd\\', 'd.']

const createDatabases = inside(({ stage, random, live }) => {
  if (live.databases.length > 12) return undefined
  const name = `${random.chance(0.8) ? 'd' : random.pick(names)}${stage.count++}`
  const after = (answer: Answer) => void (granted(answer) && live.databases.push(name))
  return { body: { databases: [{ name, ...(random.chance(0.2) ? { character_set: 'UTF8' } : {}) }] }, after }
})

const deleteDatabase = inside(({ random, live }) => {
  const database = live.databases.length > 2 ? take(live.databases, random) : undefined
  return database === undefined ? undefined : { params: { database } }
})

const createUsers = inside(({ stage, random, live }) => {
  if (live.users.size > 20) return undefined
  const name = `${random.chance(0.8) ? 'u' : random.pick(names)}${stage.count++}`
  const after = (answer: Answer) => void (granted(answer) && live.users.set(name, []))
  return { body: { users: [{ name, password: password(random) }] }, after }
})

const anyUser = ({ live, random }: Inside) => (live.users.size === 0 ? undefined : random.pick([...live.users.keys()]))

/** A user whom no other request is about. */
function takeUser({ live, random }: Inside): string | undefined {
  const user = live.users.size > 2 ? anyUser({ live, random } as Inside) : undefined
  if (user !== undefined) live.users.delete(user)
  return user
}

const ofUser = (rest: (inside: Inside, user: string) => Part | undefined = () => ({})) =>
  inside(all => {
    const user = anyUser(all)
    const part = user === undefined ? undefined : rest(all, user)
    return part && { ...part, params: { user: user!, ...part.params } }
  })

const changeUser = inside(all => {
  const { stage, random, live } = all
  if (random.chance(0.5)) {
    const user = anyUser(all)
    return user === undefined ? undefined : { params: { user }, body: { user: { password: password(random) } } }
  }
  const user = takeUser(all)
  if (user === undefined) return undefined
  const name = `u${stage.count++}`
  return {
    params: { user },
    body: { user: { name } },
    after: answer => void (granted(answer) && live.users.set(name, [])),
  }
})

const deleteUser = inside(all => {
  const user = takeUser(all)
  return user === undefined ? undefined : { params: { user } }
})

const grantDatabases = ofUser(({ live, random }, user) => {
  if (live.databases.length === 0) return undefined
  const name = random.pick(live.databases)
  const after = (answer: Answer) => void (granted(answer) && live.users.get(user)?.push(name))
  return { body: { databases: [{ name }] }, after }
})

const revokeDatabase = inside(({ live, random }) => {
  const withSome = [...live.users].filter(([, databases]) => databases.some(name => live.databases.includes(name)))
  if (withSome.length === 0) return undefined
  const [user, databases] = random.pick(withSome)
  const database = random.pick(databases.filter(name => live.databases.includes(name)))
  live.users.set(
    user,
    databases.filter(name => name !== database),
  )
  return { params: { user, database } }
})

const enableRoot = inside(({ random }) => (random.chance(0.5) ? {} : { body: { password: password(random) } }))

/** Recipes of the databases and users in an instance. */
export const contentRecipes: Readonly<Record<string, Recipe>> = {
  createDatabases,
  deleteDatabase,
  createUsers,
  deleteUser,
  changeUser,
  changePasswords: inside(all => {
    const name = anyUser(all)
    return name === undefined ? undefined : { body: { users: [{ name, password: password(all.random) }] } }
  }),
  showUser: ofUser(),
  listUserDatabases: ofUser(),
  grantDatabases,
  revokeDatabase,
  enableRoot,
  disableRoot: inside(() => ({})),
}
