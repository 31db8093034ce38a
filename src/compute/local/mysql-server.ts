import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import type {
  DatabaseContents,
  DatabaseProblem,
  DatabaseRequest,
  DatabaseServer,
  DatabaseUser,
  UserRequest,
} from '../../ports/database-server.ts'
import { type Client, inServer, numberOf, quotedName, quotedText, type Target, wordsOf } from './mysql-connection.ts'
import { asPattern, draft, fromPattern, isOwn, superuser, unusable, unusableName } from './mysql-names.ts'
import { passwordHash } from './mysql-password.ts'

/** The databases and users of a MariaDB or MySQL server. Users come from everywhere: their host is `%`. */
export function mysqlServer(address: Address, password: string): DatabaseServer {
  const target: Target = { address, password }
  const change = <T>(work: (client: Client) => Promise<T>) => changing(target, work)
  const contents: DatabaseContents = {
    databases: () => inServer(target, databaseNames),
    createDatabase: async request =>
      unusableName('database', request.name) ?? change(client => createDatabase(client, request)),
    dropDatabase: async name => unusableName('database', name) ?? change(client => dropDatabase(client, name)),
    users: () => inServer(target, listUsers),
    createUser: async request => unusableName('user', request.name) ?? change(client => createUser(client, request)),
    changeUser: async (name, wanted) =>
      unusableName('user', name) ?? (await change(client => changeUser(client, name, wanted))),
    dropUser: async name => unusableName('user', name) ?? change(client => dropUser(client, name)),
    grant: async (user, names) => unusableName('user', user) ?? change(client => grant(client, user, names)),
    revoke: async (user, name) => unusableName('user', user) ?? change(client => revoke(client, user, name)),
  }
  return {
    contents,
    answers: () =>
      inServer(target, client => client.rows('select 1')).then(
        () => true,
        () => false,
      ),
    async enableRoot(rootPassword) {
      await change(client => enableRoot(client, rootPassword))
      return superuser
    },
    disableRoot: () => change(disableRoot),
    secure: async () => {},
    changePassword: async () => {},
  }
}

/** One change of a server at a time: what one has looked up, another must not take away. */
const changing = <T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> =>
  inServer(target, async client => {
    const [lock] = await client.rows<{ taken: number }>(`select get_lock('trove-ts', 20) as taken`)
    if (lock?.taken !== 1) throw new Fault('Another change of this database server takes too long.', { status: 503 })
    return work(client)
  })

const account = (user: string) => `${quotedText(user)}@'%'`
const allOf = (database: string) => `${quotedName(asPattern(database))}.*`

const identified = ({ version }: Client, password: string) => {
  const { plugin, hash } = passwordHash(version, password)
  return `identified with ${plugin} as ${quotedText(hash)}`
}

async function databaseNames(client: Client): Promise<string[]> {
  const rows = await client.rows<Record<string, string>>('show databases')
  return rows
    .map(row => Object.values(row)[0]!)
    .filter(name => !isOwn('database', name))
    .sort()
}

async function userNames(client: Client): Promise<string[]> {
  const rows = await client.rows<{ name: string }>(`select user as name from mysql.user where host = '%'`)
  return rows
    .map(({ name }) => name)
    .filter(name => name !== '' && !isOwn('user', name))
    .sort()
}

type Grant = Readonly<{ user: string; pattern: string }>

const grants = (client: Client) =>
  client.rows<Grant>(`select user as user, db as pattern from mysql.db where host = '%'`)

async function listUsers(client: Client): Promise<DatabaseUser[]> {
  const [names, databases, all] = [await userNames(client), await databaseNames(client), await grants(client)]
  return names.map(name => {
    const granted = all.filter(({ user }) => user === name).map(({ pattern }) => fromPattern(pattern))
    return { name, databases: databases.filter(database => granted.includes(database)) }
  })
}

/** What the server says no to, by its number, as a problem; anything else is thrown on. */
async function orProblem(
  problems: Readonly<Record<number, DatabaseProblem | ((words: string) => DatabaseProblem)>>,
  work: () => Promise<unknown>,
): Promise<DatabaseProblem | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    const problem = problems[numberOf(error) ?? 0]
    if (!problem) throw error
    return typeof problem === 'function' ? problem(wordsOf(error)) : problem
  }
}

/** Can't create, wrong name, unknown character set, collation of another one, invalid character, unknown collation. */
const unmakeable = [1006, 1102, 1115, 1253, 1300, 1273]

async function createDatabase(client: Client, request: DatabaseRequest): Promise<DatabaseProblem | undefined> {
  const { name, characterSet, collate } = request
  if ((await databaseNames(client)).includes(name)) return { kind: 'database exists', name }
  const isWord = [characterSet, collate].every(word => word === undefined || /^\w+$/.test(word))
  const said = (words: string) => unusable(`The database ${name} cannot be made: ${words}.`)
  if (!isWord) return said(`there is no character set or collation '${characterSet ?? ''} ${collate ?? ''}'`)
  // Rights to a database of this name that was dropped behind our back must not come to life again.
  await revokeEverybody(client, name)
  const form = `${characterSet ? ` character set ${characterSet}` : ''}${collate ? ` collate ${collate}` : ''}`
  return orProblem(
    { ...Object.fromEntries(unmakeable.map(number => [number, said])), 1007: { kind: 'database exists', name } },
    () => client.run(`create database ${quotedName(name)}${form}`),
  )
}

/** Rights are kept apart from what they are for, and would outlive it. */
const revokeEverybody = (client: Client, database: string) => take(client, database, () => true)

/** What was granted is taken by the pattern that it was granted with, which root may have written another way. */
async function take(client: Client, database: string, isMeant: (user: string) => boolean): Promise<void> {
  const meant = (await grants(client)).filter(({ user, pattern }) => isMeant(user) && fromPattern(pattern) === database)
  for (const { user, pattern } of meant)
    await client.run(`revoke all privileges on ${quotedName(pattern)}.* from ${account(user)}`)
}

/** Whoever works in a database has to leave it, and whoever has a transaction open on its tables, too. */
async function dropDatabase(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await databaseNames(client)).includes(name)) return { kind: 'database missing', name }
  await revokeEverybody(client, name)
  await kill(client, connection => connection.db === name)
  const drop = () => client.run(`drop database ${quotedName(name)}`)
  try {
    await drop()
  } catch (error) {
    if (numberOf(error) !== 1205) throw error
    const open = await client.rows<{ id: number }>(
      'select trx_mysql_thread_id as id from information_schema.innodb_trx',
    )
    await kill(client, ({ id }) => open.some(transaction => transaction.id === id))
    return orProblem({ 1205: unusable(`The database ${name} is in use.`) }, drop)
  }
  return undefined
}

type Shown = Readonly<{ id: number; user: string; db: string | null }>

async function kill(client: Client, isMeant: (connection: Shown) => boolean): Promise<void> {
  const rows = await client.rows<{ Id: number; User: string; db: string | null }>('show full processlist')
  const shown = rows.map(({ Id, User, db }) => ({ id: Id, user: User, db }))
  // 1094: it has just gone. 1095: it is the server's own.
  for (const { id } of shown.filter(connection => connection.id !== client.id && isMeant(connection)))
    await orProblem({ 1094: unusable(''), 1095: unusable('') }, () => client.run(`kill ${id}`))
}

async function missingDatabase(client: Client, names: readonly string[]): Promise<DatabaseProblem | undefined> {
  const existing = await databaseNames(client)
  const name = names.find(name => !existing.includes(name))
  return name === undefined ? undefined : { kind: 'database missing', name }
}

const exists = async (client: Client, user: string) => (await userNames(client)).includes(user)

async function createUser(
  client: Client,
  { name, password, databases }: UserRequest,
): Promise<DatabaseProblem | undefined> {
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  if (await exists(client, name)) return { kind: 'user exists', name }
  await client.run(`drop user if exists ${account(draft)}`)
  await client.run(`create user ${account(draft)} ${identified(client, password)}`)
  for (const database of databases) await give(client, draft, database)
  return rename(client, draft, name)
}

const give = (client: Client, user: string, database: string) =>
  client.run(`grant all privileges on ${allOf(database)} to ${account(user)}`)

/** 1396: the server knows another user who is held the same. */
const rename = (client: Client, from: string, to: string) =>
  orProblem({ 1396: { kind: 'user exists', name: to } }, () =>
    client.run(`rename user ${account(from)} to ${account(to)}`),
  )

async function changeUser(
  client: Client,
  name: string,
  change: { name?: string | undefined; password?: string | undefined },
): Promise<DatabaseProblem | undefined> {
  const { name: wanted = name, password } = change
  const wrongName = unusableName('user', wanted)
  if (wrongName) return wrongName
  if (!(await exists(client, name))) return { kind: 'user missing', name }
  if (wanted !== name) {
    const problem = await rename(client, name, wanted)
    if (problem) return problem
  }
  if (password !== undefined) await client.run(`alter user ${account(wanted)} ${identified(client, password)}`)
  return undefined
}

/** What the user made stays; it belongs to the database. */
async function dropUser(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, name))) return { kind: 'user missing', name }
  // Nobody comes in any more, then those who are in leave: whoever is killed in between finds the user still there.
  await client.run(`alter user ${account(name)} account lock`)
  await kill(client, ({ user }) => user === name)
  await client.run(`drop user ${account(name)}`)
  return undefined
}

async function grant(client: Client, user: string, databases: readonly string[]): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  for (const database of databases) await give(client, user, database)
  return undefined
}

/** Who is connected has to go as well. */
async function revoke(client: Client, user: string, database: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, [database])
  if (missing) return missing
  await take(client, database, name => name === user)
  await kill(client, connection => connection.user === user && connection.db === database)
  return undefined
}

/** The last statement lets it in, with everything it may have. */
async function enableRoot(client: Client, password: string): Promise<void> {
  await client.run(`create user if not exists ${account(superuser)} account lock`)
  await client.run(`grant all privileges on *.* to ${account(superuser)} with grant option`)
  await client.run(`alter user ${account(superuser)} ${identified(client, password)} account unlock`)
}

async function disableRoot(client: Client): Promise<void> {
  const found = await client.rows(`select 1 from mysql.user where user = '${superuser}' and host = '%'`)
  if (found.length === 0) return
  await client.run(`alter user ${account(superuser)} account lock`)
  await kill(client, ({ user }) => user === superuser)
}
