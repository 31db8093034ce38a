import type { Address } from '../../../../ports/compute.ts'
import type {
  DatabaseContents,
  DatabaseProblem,
  DatabaseRequest,
  DatabaseServer,
  DatabaseUser,
  UserRequest,
} from '../../../../ports/database-server.ts'
import { account, accountsTable, allOf, databaseNames, grantee, identified, kill, sendAway } from './accounts.ts'
import {
  administratorAccount,
  type Client,
  inServer,
  numberOf,
  quotedName,
  quotedText,
  type Target,
  wordsOf,
} from './connection.ts'
import { changeDefiner, nobody } from './definers.ts'
import { changing } from './lock.ts'
import { draft, fromPattern, isOwn, superuser, unusable, unusableName } from './names.ts'
import { disableRoot, enableRoot, letRootGrant } from './root.ts'
import { secure } from './secure.ts'

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
    secure: () => secure(target),
    changePassword: next =>
      change(client => client.run(`alter user ${administratorAccount} ${identified(client, next)}`)),
  }
}

async function userNames(client: Client): Promise<string[]> {
  const rows = await client.rows<{ name: string }>(`select user as name from ${accountsTable(client)} where host = '%'`)
  return rows
    .map(({ name }) => name)
    .filter(name => name !== '' && !isOwn('user', name))
    .sort()
}

type Grant = Readonly<{ user: string; host: string; pattern: string }>

const grants = (client: Client) => client.rows<Grant>('select user as user, host as host, db as pattern from mysql.db')

async function listUsers(client: Client): Promise<DatabaseUser[]> {
  const [names, databases, all] = [await userNames(client), await databaseNames(client), await grants(client)]
  return names.map(name => {
    const granted = all
      .filter(({ user, host }) => user === name && host === '%')
      .map(({ pattern }) => fromPattern(pattern))
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
  await take(client, name)
  const form = `${characterSet ? ` character set ${characterSet}` : ''}${collate ? ` collate ${collate}` : ''}`
  const problem = await orProblem(
    { ...Object.fromEntries(unmakeable.map(number => [number, said])), 1007: { kind: 'database exists', name } },
    () => client.run(`create database ${quotedName(name)}${form}`),
  )
  if (!problem) await letRootGrant(client, name)
  return problem
}

type SmallGrant = Readonly<{ user: string; host: string; kind: string; name: string }>

/**
 * Takes the rights to a database from one user, or from everybody: they are kept apart from the database and would outlive
 * it. Root may have granted single tables and routines, and with the name written in another way.
 */
async function take(client: Client, database: string, only?: string): Promise<string[]> {
  const isMeant = ({ user }: { user: string }) => only === undefined || user === only
  const meant = (await grants(client)).filter(({ pattern }) => fromPattern(pattern) === database).filter(isMeant)
  for (const { pattern, ...each } of meant) {
    const from = `on ${quotedName(pattern)}.* from ${grantee(each)}`
    // "All privileges" is all but this one.
    await client.run(`revoke grant option ${from}`)
    await client.run(`revoke all privileges ${from}`)
  }
  const where = `where db = ${quotedText(database)}`
  const small = await client.rows<SmallGrant>(
    `select user as user, host as host, 'table' as kind, table_name as name from mysql.tables_priv ${where} union` +
      ` select user, host, routine_type, routine_name from mysql.procs_priv ${where}`,
  )
  for (const { kind, name, ...each } of small.filter(isMeant)) {
    const from = `on ${kind} ${quotedName(database)}.${quotedName(name)} from ${grantee(each)}`
    // 1141, 1147, 1403: there is no such right any more.
    const gone = { 1141: unusable(''), 1147: unusable(''), 1403: unusable('') }
    for (const right of ['grant option', 'all privileges'])
      await orProblem(gone, () => client.run(`revoke ${right} ${from}`))
  }
  return [...meant, ...small].map(({ user }) => user)
}

/** Whoever works in a database has to leave it, and whoever keeps its tables locked or changed, too. */
async function dropDatabase(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await databaseNames(client)).includes(name)) return { kind: 'database missing', name }
  const users = [...(await take(client, name)), superuser]
  await kill(client, ({ db }) => db === name)
  const drop = () => client.run(`drop database ${quotedName(name)}`)
  try {
    await drop()
  } catch (error) {
    if (numberOf(error) !== 1205) throw error
    await kill(client, ({ user }) => users.includes(user))
    return orProblem({ 1205: unusable(`The database ${name} is in use.`) }, drop)
  }
  return undefined
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
  await makeWay(client, name)
  await client.run(`drop user if exists ${account(draft)}`)
  await client.run(`create user ${account(draft)} ${identified(client, password)}`)
  for (const database of databases) await give(client, draft, database)
  return rename(client, draft, name)
}

/**
 * A name may have been somebody else's before. Sessions keep the name that they logged in with, and objects the name of
 * their maker; either would have the rights of whoever gets the name next.
 */
async function makeWay(client: Client, name: string): Promise<void> {
  for (const each of [name, draft]) await sendAway(client, each)
  await changeDefiner(client, { user: name, host: '%' }, nobody)
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
    if (await exists(client, wanted)) return { kind: 'user exists', name: wanted }
    await makeWay(client, wanted)
    const problem = await rename(client, name, wanted)
    if (problem) return problem
    await sendAway(client, name)
    await changeDefiner(client, { user: name, host: '%' }, { user: wanted, host: '%' })
  }
  if (password !== undefined) await client.run(`alter user ${account(wanted)} ${identified(client, password)}`)
  return undefined
}

/** What the user made stays, for it belongs to the database; it runs no more, whoever gets the name next. */
async function dropUser(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, name))) return { kind: 'user missing', name }
  // Nobody comes in any more, then those who are in leave: whoever is killed in between finds the user still there.
  await client.run(`alter user ${account(name)} account lock`)
  await sendAway(client, name)
  await changeDefiner(client, { user: name, host: '%' }, nobody)
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
  await take(client, database, user)
  await kill(client, connection => connection.user === user && connection.db === database)
  return undefined
}
