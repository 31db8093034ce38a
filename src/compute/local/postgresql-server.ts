import type { Client } from 'pg'
import type { Address } from '../../ports/compute.ts'
import type {
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

const listDatabases = `select datname as name from pg_database where not datistemplate and datname <> '${maintenanceDatabase}'
  order by datname collate "C"`
const listUsers = `
  select r.rolname as name, array_remove(array_agg(distinct d.datname::text), null) as databases
  from pg_roles r
  left join (select datname, (aclexplode(datacl)).grantee as grantee from pg_database where not datistemplate) d
    on d.grantee = r.oid
  where r.rolname !~ '^pg_' and r.rolname not in ('${administrator}', '${superuser}')
  group by r.rolname order by r.rolname collate "C"`

/** The databases and users of a PostgreSQL server. */
export function postgresqlServer(address: Address, password: string): DatabaseServer {
  const target: Target = { address, password }
  const administer = <T>(work: (client: Client) => Promise<T>) => inDatabase(target, maintenanceDatabase, work)
  const databases = () => administer(async client => (await client.query(listDatabases)).rows.map(({ name }) => name))
  const users = () => administer(async client => (await client.query<DatabaseUser>(listUsers)).rows)
  return {
    answers: () =>
      administer(client => client.query('select 1')).then(
        () => true,
        () => false,
      ),
    databases,
    createDatabase: request => administer(client => createDatabase(client, request)),
    dropDatabase: async name => unusableName('database', name) ?? administer(client => dropDatabase(client, name)),
    users,
    createUser: request => createUser(target, request),
    changeUser: async (name, change) =>
      unusableName('user', name) ?? (await administer(client => changeUser(client, name, change))),
    dropUser: async name => unusableName('user', name) ?? dropUser(target, name),
    grant: async (user, names) => unusableName('user', user) ?? grant(target, user, names),
    revoke: async (user, name) => unusableName('user', user) ?? revoke(target, user, name),
    async enableRoot(rootPassword) {
      await administer(client => enableRoot(client, rootPassword))
      return superuser
    },
    disableRoot: () => administer(disableRoot),
  }
}

const reserved: readonly string[] = [administrator, superuser, 'template0', 'template1', 'public', 'none']
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
  const wrongName = unusableName('database', name)
  if (wrongName) return wrongName
  const encoding = characterSet ? ` encoding ${quotedText(characterSet)}` : ''
  const locale = collate ? ` locale_provider libc locale ${quotedText(collate)}` : ''
  const said = (message: string) => unusable(`The database ${name} cannot be made: ${message}.`)
  const problem = await orProblem(
    { '42P04': { kind: 'database exists', name }, '42704': said, '22023': said, '42809': said, '0A000': said },
    () => client.query(`create database ${quotedName(name)} template template0${encoding}${locale}`),
  )
  // Everybody may connect to a new database otherwise; here only those who were let in.
  if (!problem) await client.query(`revoke all on database ${quotedName(name)} from public`)
  return problem
}

const dropDatabase = (client: Client, name: string) =>
  orProblem({ '3D000': { kind: 'database missing', name } }, () =>
    client.query(`drop database ${quotedName(name)} with (force)`),
  )

const exists = async (client: Client, table: 'pg_database' | 'pg_roles', column: string, name: string) =>
  ((await client.query(`select 1 from ${table} where ${column} = $1`, [name])).rowCount ?? 0) > 0

async function missingDatabase(target: Target, names: readonly string[]): Promise<DatabaseProblem | undefined> {
  return inDatabase(target, maintenanceDatabase, async client => {
    for (const name of names) {
      const isOthers = unusableName('database', name) !== undefined
      if (isOthers || !(await exists(client, 'pg_database', 'datname', name))) return { kind: 'database missing', name }
    }
    return undefined
  })
}

async function createUser(
  target: Target,
  { name, password, databases }: UserRequest,
): Promise<DatabaseProblem | undefined> {
  const problem = unusableName('user', name) ?? (await missingDatabase(target, databases))
  if (problem) return problem
  const create = `create role ${quotedName(name)} login password ${quotedText(scramVerifier(password))}`
  const existing = await inDatabase(target, maintenanceDatabase, client =>
    orProblem({ '42710': { kind: 'user exists', name } }, () => client.query(create)),
  )
  if (existing) return existing
  try {
    const refused = await grant(target, name, databases)
    if (refused) await dropUser(target, name)
    return refused
  } catch (error) {
    await dropUser(target, name).catch(() => {})
    throw error
  }
}

/** Lets a user connect to databases and make tables in them, whichever there are. */
async function grant(target: Target, user: string, databases: readonly string[]): Promise<DatabaseProblem | undefined> {
  const missing = await missingDatabase(target, databases)
  if (missing) return missing
  for (const database of databases) {
    const problem = await inDatabase(target, database, client =>
      orProblem({ '42704': { kind: 'user missing', name: user } }, async () => {
        await client.query('begin')
        await client.query(`grant all on database ${quotedName(database)} to ${quotedName(user)}`)
        await client.query(`grant all on schema public to ${quotedName(user)}`)
        await client.query('commit')
      }),
    )
    if (problem) return problem
  }
  return inDatabase(target, maintenanceDatabase, async client =>
    (await exists(client, 'pg_roles', 'rolname', user)) ? undefined : { kind: 'user missing', name: user },
  )
}

/** Who is connected has to go as well. */
async function revoke(target: Target, user: string, database: string): Promise<DatabaseProblem | undefined> {
  const missing = await missingDatabase(target, [database])
  if (missing) return missing
  return inDatabase(target, database, client =>
    orProblem({ '42704': { kind: 'user missing', name: user } }, async () => {
      await client.query('begin')
      await client.query(`revoke all on schema public from ${quotedName(user)}`)
      await client.query(`revoke all on database ${quotedName(database)} from ${quotedName(user)}`)
      await client.query('commit')
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = $2', [
        user,
        database,
      ])
    }),
  )
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
async function dropUser(target: Target, name: string): Promise<DatabaseProblem | undefined> {
  const databases = await inDatabase(target, maintenanceDatabase, async client => {
    if (!(await exists(client, 'pg_roles', 'rolname', name))) return undefined
    await client.query(`alter role ${quotedName(name)} nologin`)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [name])
    return (await client.query(listDatabases)).rows.map(row => row.name as string)
  })
  if (!databases) return { kind: 'user missing', name }
  for (const database of [...databases, maintenanceDatabase])
    await inDatabase(target, database, async client => {
      await client.query(`reassign owned by ${quotedName(name)} to ${administrator}`)
      await client.query(`drop owned by ${quotedName(name)}`)
    })
  return inDatabase(target, maintenanceDatabase, client =>
    orProblem({ '42704': { kind: 'user missing', name } }, () => client.query(`drop role ${quotedName(name)}`)),
  )
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
