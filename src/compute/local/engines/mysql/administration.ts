import type { Address } from '../../../../ports/compute.ts'
import type {
  DatabaseContents,
  DatabaseProblem,
  DatabaseRequest,
  DatabaseServer,
  DatabaseUser,
  UserRequest,
} from '../../../../ports/database-server.ts'
import { problemTranslator } from '../error-problems.ts'
import { administratorAccount } from './account.ts'
import { account, accountsTable, allOf, databaseNames, endAllSessions, grantee, identified, kill } from './accounts.ts'
import { type Client, inServer, messageOf, numberOf, quotedName, quotedText, type Target } from './connection.ts'
import { changeDefiner, nobody } from './definers.ts'
import { changing } from './lock.ts'
import { draft, fromPattern, isOwn, superuser, unusable, unusableName } from './names.ts'
import { disableRoot, enableRoot, letRootGrant } from './root.ts'
import { secure } from './secure.ts'

/** Administers the databases and users of a MariaDB or MySQL server. Users may connect from any host: theirs is `%`. */
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
    changeUser: async (name, changes) =>
      unusableName('user', name) ?? (await change(client => changeUser(client, name, changes))),
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
    const grantedDatabases = all
      .filter(({ user, host }) => user === name && host === '%')
      .map(({ pattern }) => fromPattern(pattern))
    return { name, databases: databases.filter(database => grantedDatabases.includes(database)) }
  })
}

/** Translates errors of the server, by their numbers, into problems. */
const orProblem = problemTranslator(numberOf, messageOf)

/** Cannot create, wrong name, unknown character set, mismatching collation, invalid character, unknown collation. */
const creationErrors = [1006, 1102, 1115, 1253, 1300, 1273]

async function createDatabase(client: Client, request: DatabaseRequest): Promise<DatabaseProblem | undefined> {
  const { name, characterSet, collate } = request
  if ((await databaseNames(client)).includes(name)) return { kind: 'database exists', name }
  const isWord = [characterSet, collate].every(word => word === undefined || /^\w+$/.test(word))
  const failure = (message: string) => unusable(`Database '${name}' cannot be created: ${message}.`)
  if (!isWord) return failure(`unknown character set or collation '${characterSet ?? ''} ${collate ?? ''}'`)
  // A database of this name may have been dropped with SQL. The rights on it must not apply to the new one.
  await revokeDatabaseRights(client, name)
  const form = `${characterSet ? ` character set ${characterSet}` : ''}${collate ? ` collate ${collate}` : ''}`
  const problem = await orProblem(
    { ...Object.fromEntries(creationErrors.map(number => [number, failure])), 1007: { kind: 'database exists', name } },
    () => client.run(`create database ${quotedName(name)}${form}`),
  )
  if (!problem) await letRootGrant(client, name)
  return problem
}

type ObjectGrant = Readonly<{ user: string; host: string; kind: string; name: string }>

/**
 * Revokes the rights on a database from one user, or from all: they are stored separately and would outlive the
 * database. Root may have granted rights on single tables and routines, and may have escaped the name differently.
 *
 * @returns the users who had rights
 */
async function revokeDatabaseRights(client: Client, database: string, onlyUser?: string): Promise<string[]> {
  const matches = ({ user }: { user: string }) => onlyUser === undefined || user === onlyUser
  const databaseGrants = (await grants(client))
    .filter(({ pattern }) => fromPattern(pattern) === database)
    .filter(matches)
  for (const { pattern, ...each } of databaseGrants) {
    const from = `on ${quotedName(pattern)}.* from ${grantee(each)}`
    // "All privileges" does not include the right to grant.
    await client.run(`revoke grant option ${from}`)
    await client.run(`revoke all privileges ${from}`)
  }
  const where = `where db = ${quotedText(database)}`
  const objectGrants = await client.rows<ObjectGrant>(
    `select user as user, host as host, 'table' as kind, table_name as name from mysql.tables_priv ${where} union` +
      ` select user, host, routine_type, routine_name from mysql.procs_priv ${where}`,
  )
  for (const { kind, name, ...each } of objectGrants.filter(matches)) {
    const from = `on ${kind} ${quotedName(database)}.${quotedName(name)} from ${grantee(each)}`
    // 1141, 1147, 1403: the right no longer exists.
    const missingRight = { 1141: unusable(''), 1147: unusable(''), 1403: unusable('') }
    for (const right of ['grant option', 'all privileges'])
      await orProblem(missingRight, () => client.run(`revoke ${right} ${from}`))
  }
  return [...databaseGrants, ...objectGrants].map(({ user }) => user)
}

/** Ends the sessions that use the database and, if tables are still locked, all sessions of users with rights on it. */
async function dropDatabase(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await databaseNames(client)).includes(name)) return { kind: 'database missing', name }
  const users = [...(await revokeDatabaseRights(client, name)), superuser]
  await kill(client, ({ db }) => db === name)
  const drop = () => client.run(`drop database ${quotedName(name)}`)
  try {
    await drop()
  } catch (error) {
    if (numberOf(error) !== 1205) throw error
    await kill(client, ({ user }) => users.includes(user))
    return orProblem({ 1205: unusable(`Database '${name}' is in use.`) }, drop)
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
  await clearName(client, name)
  await client.run(`drop user if exists ${account(draft)}`)
  await client.run(`create user ${account(draft)} ${identified(client, password)}`)
  for (const database of databases) await grantAll(client, draft, database)
  return rename(client, draft, name)
}

/**
 * Makes sure that a name is not in use. Another user may have had it: sessions keep the name that they logged in with,
 * and objects the name of their definer, and both would get the rights of the next user of that name.
 */
async function clearName(client: Client, name: string): Promise<void> {
  for (const each of [name, draft]) await endAllSessions(client, each)
  await changeDefiner(client, { user: name, host: '%' }, nobody)
}

const grantAll = (client: Client, user: string, database: string) =>
  client.run(`grant all privileges on ${allOf(database)} to ${account(user)}`)

/** 1396: the server already has a user with this name. */
const rename = (client: Client, from: string, to: string) =>
  orProblem({ 1396: { kind: 'user exists', name: to } }, () =>
    client.run(`rename user ${account(from)} to ${account(to)}`),
  )

async function changeUser(
  client: Client,
  name: string,
  change: { name?: string | undefined; password?: string | undefined },
): Promise<DatabaseProblem | undefined> {
  const { name: newName = name, password } = change
  const nameProblem = unusableName('user', newName)
  if (nameProblem) return nameProblem
  if (!(await exists(client, name))) return { kind: 'user missing', name }
  if (newName !== name) {
    if (await exists(client, newName)) return { kind: 'user exists', name: newName }
    await clearName(client, newName)
    const problem = await rename(client, name, newName)
    if (problem) return problem
    await endAllSessions(client, name)
    await changeDefiner(client, { user: name, host: '%' }, { user: newName, host: '%' })
  }
  if (password !== undefined) await client.run(`alter user ${account(newName)} ${identified(client, password)}`)
  return undefined
}

/**
 * Objects of the user remain, since they belong to the database. They no longer run, even if a new user gets the name.
 */
async function dropUser(client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, name))) return { kind: 'user missing', name }
  // Lock first, then end the sessions. If the worker is killed in between, the user still exists and the deletion can
  // be repeated.
  await client.run(`alter user ${account(name)} account lock`)
  await endAllSessions(client, name)
  await changeDefiner(client, { user: name, host: '%' }, nobody)
  await client.run(`drop user ${account(name)}`)
  return undefined
}

async function grant(client: Client, user: string, databases: readonly string[]): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  for (const database of databases) await grantAll(client, user, database)
  return undefined
}

/** Also ends the sessions of the user in this database. */
async function revoke(client: Client, user: string, database: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, [database])
  if (missing) return missing
  await revokeDatabaseRights(client, database, user)
  await kill(client, connection => connection.user === user && connection.db === database)
  return undefined
}
