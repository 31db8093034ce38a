import type { Client } from 'pg'
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
import {
  changing,
  codeOf,
  inAdministration,
  inTenantDatabase,
  quotedName,
  quotedText,
  quotedTexts,
  type Target,
  withDeadline,
} from './connection.ts'
import { dropDraftUser, dropUser } from './dropped-users.ts'
import { draft, isWhole, ownDatabases, ownRoles, root, unusable, unusableName } from './names.ts'
import { scramVerifier } from './password-hash.ts'
import { disableRoot, enableRoot, endSessions, grantOnPublic, makeOwnRoles, putUnderRoot, roleExists } from './root.ts'
import { changeAdministratorPassword, secure } from './secure.ts'

const listDatabases = `select datname as name from pg_database
  where datname not in (${quotedTexts(ownDatabases)}) and ${isWhole} order by datname collate "C"`
const listUsers = `
  select r.rolname as name, array_remove(array_agg(distinct d.datname::text), null) as databases
  from pg_roles r
  left join (
    select datname, (aclexplode(datacl)).grantee as grantee from pg_database
    where datname not in (${quotedTexts(ownDatabases)}) and ${isWhole}
  ) d on d.grantee = r.oid
  where r.rolname !~ '^pg_' and r.rolname not in (${quotedTexts(ownRoles)})
  group by r.rolname order by r.rolname collate "C"`

/** Administers the databases and users of a PostgreSQL server. */
export function postgresqlServer(address: Address, password: string): DatabaseServer {
  const server: Target = { address, password, endsAtMs: 0, server: { isBefore17: false } }
  const administer = <T>(work: (client: Client) => Promise<T>) => inAdministration(withDeadline(server), work)
  const change = <T>(work: (client: Client, target: Target) => Promise<T>) => changing(withDeadline(server), work)
  const contents: DatabaseContents = {
    databases: () => administer(async client => (await client.query(listDatabases)).rows.map(({ name }) => name)),
    createDatabase: async request =>
      unusableName('database', request.name) ?? change(client => createDatabase(client, request)),
    dropDatabase: async name => unusableName('database', name) ?? change(client => dropDatabase(client, name)),
    users: () => administer(async client => (await client.query<DatabaseUser>(listUsers)).rows),
    createUser: async request =>
      unusableName('user', request.name) ?? change((client, target) => createUser(target, client, request)),
    changeUser: async (name, changes) =>
      unusableName('user', name) ?? (await change(client => changeUser(client, name, changes))),
    dropUser: async name => unusableName('user', name) ?? change((client, target) => dropUser(target, client, name)),
    grant: async (user, names) =>
      unusableName('user', user) ?? change((client, target) => grant(target, client, user, names)),
    revoke: async (user, name) =>
      unusableName('user', user) ?? change((client, target) => revoke(target, client, user, name)),
  }
  return {
    contents,
    answers: () =>
      administer(client => client.query('select 1')).then(
        () => true,
        () => false,
      ),
    async enableRoot(rootPassword) {
      await change((client, target) => enableRoot(target, client, rootPassword))
      return root
    },
    disableRoot: () => change(disableRoot),
    secure: ({ isNew }) => secure(server, isNew),
    changePassword: newPassword => administer(client => changeAdministratorPassword(client, newPassword)),
  }
}

/** Translates errors of PostgreSQL, by their codes, into problems. */
const orProblem = problemTranslator(codeOf, error => (error as Error).message)

async function createDatabase(
  client: Client,
  { name, characterSet, collate }: DatabaseRequest,
): Promise<DatabaseProblem | undefined> {
  if (await databaseExists(client, name)) return { kind: 'database exists', name }
  await finishDrops(client)
  await client.query(`drop database if exists ${quotedName(draft)} with (force)`)
  const failure = (message: string) => unusable(`Database '${name}' cannot be created: ${message}.`)
  const problem = await orProblem({ '42704': failure, '22023': failure, '42809': failure, '0A000': failure }, () =>
    client.query(
      `create database ${quotedName(draft)} template template0 allow_connections false${form(characterSet, collate)}`,
    ),
  )
  if (problem) return problem
  await makeOwnRoles(client)
  await client.query('begin')
  // By default, every user may connect to a new database; here only users with a grant, and root.
  await client.query(`revoke all on database ${quotedName(draft)} from public`)
  await client.query(`alter database ${quotedName(draft)} owner to ${root}`)
  await client.query(`alter database ${quotedName(draft)} allow_connections true`)
  await client.query(`alter database ${quotedName(draft)} rename to ${quotedName(name)}`)
  await client.query('commit')
  return undefined
}

/** Uses the locale C for an encoding other than UTF-8, because the locale of the server only works with UTF-8. */
function form(characterSet: string | undefined, collate: string | undefined): string {
  // MySQL's names utf8, utf8mb3 and utf8mb4 all mean UTF-8 here.
  const encoding = /^utf-?8(mb[34])?$/i.test(characterSet ?? 'UTF8') ? 'UTF8' : characterSet!
  const locale = collate ?? (encoding === 'UTF8' ? undefined : 'C')
  const words = locale === undefined ? '' : ` locale_provider libc locale ${quotedText(locale)}`
  return ` encoding ${quotedText(encoding)}${words}`
}

const dropDatabase = (client: Client, name: string) =>
  orProblem({ '3D000': { kind: 'database missing', name } }, async () => {
    await finishDrops(client)
    // Its owner may have made it a template, which cannot be dropped.
    await client.query(`alter database ${quotedName(name)} is_template false`)
    await client.query(`drop database ${quotedName(name)} with (force)`)
  })

/** Drops the databases whose drop was interrupted. They are in no list, and take space. A drop that still runs is waited for. */
async function finishDrops(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where not (${isWhole})`,
  )
  for (const { name } of rows) await client.query(`drop database if exists ${quotedName(name)} with (force)`)
}

const databaseExists = async (client: Client, name: string): Promise<boolean> =>
  ((await client.query(`select 1 from pg_database where datname = $1 and ${isWhole}`, [name])).rowCount ?? 0) > 0

async function missingDatabase(client: Client, names: readonly string[]): Promise<DatabaseProblem | undefined> {
  for (const name of names) {
    const isReserved = unusableName('database', name) !== undefined
    if (isReserved || !(await databaseExists(client, name))) return { kind: 'database missing', name }
  }
  return undefined
}

async function createUser(
  target: Target,
  client: Client,
  { name, password, databases }: UserRequest,
): Promise<DatabaseProblem | undefined> {
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  if (await roleExists(client, name)) return { kind: 'user exists', name }
  await dropDraftUser(target, client)
  await makeOwnRoles(client)
  await client.query(`create role ${quotedName(draft)} nologin`)
  await openSchemas(target, client, draft, databases)
  await client.query('begin')
  await openDatabases(client, draft, databases)
  await client.query(`alter role ${quotedName(draft)} rename to ${quotedName(name)}`)
  await client.query(`alter role ${quotedName(name)} login password ${quotedText(scramVerifier(password))}`)
  await putUnderRoot(client, name)
  await client.query('commit')
  return undefined
}

/** Lets a user connect to databases and create tables in them. */
async function grant(
  target: Target,
  client: Client,
  user: string,
  databases: readonly string[],
): Promise<DatabaseProblem | undefined> {
  if (!(await roleExists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  await openSchemas(target, client, user, databases)
  await client.query('begin')
  await openDatabases(client, user, databases)
  await client.query('commit')
  return undefined
}

/**
 * Rights inside a database must be granted there, one database at a time. They have no effect without the right to
 * connect.
 */
async function openSchemas(target: Target, client: Client, user: string, databases: readonly string[]) {
  for (const database of databases)
    await inTenantDatabase(target, client, database, inside => grantOnPublic(inside, user))
}

async function openDatabases(client: Client, user: string, databases: readonly string[]) {
  for (const database of databases)
    await client.query(`grant all on database ${quotedName(database)} to ${quotedName(user)}`)
}

/** Also ends the sessions of the user in this database. */
async function revoke(
  target: Target,
  client: Client,
  user: string,
  database: string,
): Promise<DatabaseProblem | undefined> {
  if (!(await roleExists(client, user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, [database])
  if (missing) return missing
  await client.query(`revoke all on database ${quotedName(database)} from ${quotedName(user)} cascade`)
  await endSessions(client, user, database)
  await inTenantDatabase(target, client, database, inside =>
    inside.query(`revoke all on schema public from ${quotedName(user)} cascade`).catch(error => {
      if (codeOf(error) !== '3F000') throw error
    }),
  )
  return undefined
}

async function changeUser(
  client: Client,
  name: string,
  change: { name?: string | undefined; password?: string | undefined },
): Promise<DatabaseProblem | undefined> {
  const nameProblem = change.name === undefined ? undefined : unusableName('user', change.name)
  if (nameProblem) return nameProblem
  const isRenamed = change.name !== undefined && change.name !== name
  const problems: Record<string, DatabaseProblem> = {
    '42704': { kind: 'user missing', name },
    '42710': { kind: 'user exists', name: change.name ?? name },
  }
  return orProblem(problems, async () => {
    await client.query('begin')
    if (isRenamed) await client.query(`alter role ${quotedName(name)} rename to ${quotedName(change.name!)}`)
    if (change.password !== undefined) {
      const verifier = quotedText(scramVerifier(change.password))
      await client.query(`alter role ${quotedName(change.name ?? name)} password ${verifier}`)
    }
    await client.query('commit')
  })
}
