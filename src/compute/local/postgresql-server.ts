import type { Client } from 'pg'
import type { Address } from '../../ports/compute.ts'
import type {
  DatabaseContents,
  DatabaseProblem,
  DatabaseRequest,
  DatabaseServer,
  DatabaseUser,
  UserRequest,
} from '../../ports/database-server.ts'
import {
  administrator,
  codeOf,
  inDatabase,
  maintenanceDatabase,
  quotedName,
  quotedText,
  type Target,
} from './postgresql-connection.ts'
import { scramVerifier } from './postgresql-password.ts'

/** What Trove calls root. */
const superuser = 'postgres'

/**
 * What is half made is called this, and gets its name in the transaction that finishes it. Whoever is killed in between
 * leaves something that nobody is shown and that the next change of its kind clears away.
 */
const draft = 'trove-ts draft'

const listDatabases = `select datname as name from pg_database
  where not datistemplate and datname not in ('${maintenanceDatabase}', '${draft}') order by datname collate "C"`
const listUsers = `
  select r.rolname as name, array_remove(array_agg(distinct d.datname::text), null) as databases
  from pg_roles r
  left join (select datname, (aclexplode(datacl)).grantee as grantee from pg_database where not datistemplate) d
    on d.grantee = r.oid
  where r.rolname !~ '^pg_' and r.rolname not in ('${administrator}', '${superuser}', '${draft}')
  group by r.rolname order by r.rolname collate "C"`

/** The databases and users of a PostgreSQL server. */
export function postgresqlServer(address: Address, password: string): DatabaseServer {
  const target: Target = { address, password }
  const administer = <T>(work: (client: Client) => Promise<T>) => inDatabase(target, maintenanceDatabase, work)
  const databases = () => administer(async client => (await client.query(listDatabases)).rows.map(({ name }) => name))
  const users = () => administer(async client => (await client.query<DatabaseUser>(listUsers)).rows)
  const change = <T>(work: (client: Client) => Promise<T>) => changing(target, work)
  const contents: DatabaseContents = {
    databases,
    createDatabase: async request =>
      unusableName('database', request.name) ?? change(client => createDatabase(client, request)),
    dropDatabase: async name => unusableName('database', name) ?? change(client => dropDatabase(client, name)),
    users,
    createUser: async request =>
      unusableName('user', request.name) ?? change(client => createUser(target, client, request)),
    changeUser: async (name, wanted) =>
      unusableName('user', name) ?? (await change(client => changeUser(client, name, wanted))),
    dropUser: async name => unusableName('user', name) ?? change(client => dropUser(target, client, name)),
    grant: async (user, names) => unusableName('user', user) ?? change(client => grant(target, client, user, names)),
    revoke: async (user, name) => unusableName('user', user) ?? change(client => revoke(target, client, user, name)),
  }
  return {
    contents,
    answers: () =>
      administer(client => client.query('select 1')).then(
        () => true,
        () => false,
      ),
    async enableRoot(rootPassword) {
      await change(client => enableRoot(client, rootPassword))
      return superuser
    },
    disableRoot: () => change(disableRoot),
    // Placeholders: both come with the wall inside PostgreSQL.
    secure: async () => {},
    changePassword: next =>
      change(client =>
        client.query(`alter role ${administrator} password ${quotedText(scramVerifier(next))}`).then(() => {}),
      ),
  }
}

/** One change of a server at a time: PostgreSQL refuses one of two that alter the same rights at once. */
const changing = <T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> =>
  inDatabase(target, maintenanceDatabase, async client => {
    await client.query(`select pg_advisory_lock(hashtext('trove-ts'))`)
    return work(client)
  })

const reserved: readonly string[] = [administrator, superuser, 'template0', 'template1', 'public', 'none', draft]
const unusable = (problem: string): DatabaseProblem => ({ kind: 'unusable', problem })

/** PostgreSQL would cut a long name short without a word, and keeps some for itself. */
function unusableName(what: 'database' | 'user', name: string): DatabaseProblem | undefined {
  if (name === '' || name.includes('\0')) return unusable(`A name of a ${what} must not be empty or hold a NUL.`)
  if (Buffer.byteLength(name) > 63) return unusable(`The name of the ${what} is longer than 63 bytes.`)
  const isReserved = reserved.includes(name.toLowerCase()) || name.toLowerCase().startsWith('pg_')
  return isReserved ? unusable(`The ${what} name ${name} is reserved.`) : undefined
}

/** What PostgreSQL says no to, by its code, as a problem; anything else is thrown on. */
async function orProblem(
  problems: Readonly<Record<string, DatabaseProblem | ((message: string) => DatabaseProblem)>>,
  work: () => Promise<unknown>,
): Promise<DatabaseProblem | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    const problem = problems[codeOf(error) ?? '']
    if (!problem) throw error
    return typeof problem === 'function' ? problem((error as Error).message) : problem
  }
}

async function createDatabase(
  client: Client,
  { name, characterSet, collate }: DatabaseRequest,
): Promise<DatabaseProblem | undefined> {
  if (await exists(client, 'pg_database', 'datname', name)) return { kind: 'database exists', name }
  await client.query(`drop database if exists ${quotedName(draft)} with (force)`)
  const said = (message: string) => unusable(`The database ${name} cannot be made: ${message}.`)
  const problem = await orProblem({ '42704': said, '22023': said, '42809': said, '0A000': said }, () =>
    client.query(
      `create database ${quotedName(draft)} template template0 allow_connections false${form(characterSet, collate)}`,
    ),
  )
  if (problem) return problem
  await client.query('begin')
  // Everybody may connect to a new database otherwise; here only those who were let in.
  await client.query(`revoke all on database ${quotedName(draft)} from public`)
  await client.query(`alter database ${quotedName(draft)} allow_connections true`)
  await client.query(`alter database ${quotedName(draft)} rename to ${quotedName(name)}`)
  await client.query('commit')
  return undefined
}

/** The locale of the whole server goes with UTF-8 only; another encoding gets one that goes with all. */
function form(characterSet: string | undefined, collate: string | undefined): string {
  // What MySQL calls utf8 and utf8mb4 is the same here.
  const encoding = /^utf-?8(mb[34])?$/i.test(characterSet ?? 'UTF8') ? 'UTF8' : characterSet!
  const locale = collate ?? (encoding === 'UTF8' ? undefined : 'C')
  const words = locale === undefined ? '' : ` locale_provider libc locale ${quotedText(locale)}`
  return ` encoding ${quotedText(encoding)}${words}`
}

const dropDatabase = (client: Client, name: string) =>
  orProblem({ '3D000': { kind: 'database missing', name } }, () =>
    client.query(`drop database ${quotedName(name)} with (force)`),
  )

const exists = async (client: Client, table: 'pg_database' | 'pg_roles', column: string, name: string) =>
  ((await client.query(`select 1 from ${table} where ${column} = $1`, [name])).rowCount ?? 0) > 0

async function missingDatabase(client: Client, names: readonly string[]): Promise<DatabaseProblem | undefined> {
  for (const name of names) {
    const isOthers = unusableName('database', name) !== undefined
    if (isOthers || !(await exists(client, 'pg_database', 'datname', name))) return { kind: 'database missing', name }
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
  if (await exists(client, 'pg_roles', 'rolname', name)) return { kind: 'user exists', name }
  await dropUser(target, client, draft)
  await client.query(`create role ${quotedName(draft)} nologin`)
  await openSchemas(target, draft, databases)
  await client.query('begin')
  await openDatabases(client, draft, databases)
  await client.query(`alter role ${quotedName(draft)} rename to ${quotedName(name)}`)
  await client.query(`alter role ${quotedName(name)} login password ${quotedText(scramVerifier(password))}`)
  await client.query('commit')
  return undefined
}

/** Lets a user connect to databases and make tables in them, whichever there are. */
async function grant(
  target: Target,
  client: Client,
  user: string,
  databases: readonly string[],
): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, 'pg_roles', 'rolname', user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, databases)
  if (missing) return missing
  await openSchemas(target, user, databases)
  await client.query('begin')
  await openDatabases(client, user, databases)
  await client.query('commit')
  return undefined
}

/** Rights within a database are granted there, and so one by one; without those on the database itself they are nothing. */
async function openSchemas(target: Target, user: string, databases: readonly string[]) {
  for (const database of databases)
    await inDatabase(target, database, client =>
      client.query(`grant all on schema public to ${quotedName(user)}`).catch(error => {
        // Who could may have dropped the schema.
        if (codeOf(error) !== '3F000') throw error
      }),
    )
}

async function openDatabases(client: Client, user: string, databases: readonly string[]) {
  for (const database of databases)
    await client.query(`grant all on database ${quotedName(database)} to ${quotedName(user)}`)
}

/** Who is connected has to go as well. */
async function revoke(
  target: Target,
  client: Client,
  user: string,
  database: string,
): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, 'pg_roles', 'rolname', user))) return { kind: 'user missing', name: user }
  const missing = await missingDatabase(client, [database])
  if (missing) return missing
  await client.query(`revoke all on database ${quotedName(database)} from ${quotedName(user)}`)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = $2', [
    user,
    database,
  ])
  await inDatabase(target, database, inside =>
    inside.query(`revoke all on schema public from ${quotedName(user)}`).catch(error => {
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
  const wrongName = change.name === undefined ? undefined : unusableName('user', change.name)
  if (wrongName) return wrongName
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

/** What the user owns stays, in the hands of the administrator. */
async function dropUser(target: Target, client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await exists(client, 'pg_roles', 'rolname', name))) return { kind: 'user missing', name }
  await client.query(`alter role ${quotedName(name)} nologin`)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [name])
  const databases: string[] = (await client.query(listDatabases)).rows.map(row => row.name)
  for (const database of [...databases, maintenanceDatabase])
    await inDatabase(target, database, async inside => {
      await inside.query(`reassign owned by ${quotedName(name)} to ${administrator}`)
      await inside.query(`drop owned by ${quotedName(name)}`)
    })
  await client.query(`drop role ${quotedName(name)}`)
  return undefined
}

async function enableRoot(client: Client, password: string): Promise<void> {
  const verb = (await exists(client, 'pg_roles', 'rolname', superuser)) ? 'alter' : 'create'
  await client.query(`${verb} role ${superuser} superuser login password ${quotedText(scramVerifier(password))}`)
}

async function disableRoot(client: Client): Promise<void> {
  if (!(await exists(client, 'pg_roles', 'rolname', superuser))) return
  await client.query(`alter role ${superuser} nologin password null`)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [superuser])
}
