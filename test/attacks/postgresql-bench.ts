import assert, { deepEqual, equal } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { openLocalCompute } from '../../src/compute/local/compute.ts'
import type { Address, EngineSettings } from '../../src/ports/compute.ts'
import type { DatabaseContents, DatabaseServer } from '../../src/ports/database-server.ts'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../engines/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-attacks-'))
chmodSync(folder, 0o711)
const compute = openLocalCompute({ folder: join(folder, 'instances'), enginePath })
after(() => rmSync(folder, { recursive: true, force: true }))

export const postgresqlUnderTest = async (): Promise<readonly EngineUnderTest[]> =>
  (await enginesUnderTest()).filter(({ bench }) => bench.engine === 'postgresql')

export const adminPassword = 'what only the service knows'
const passwords: Readonly<Record<string, string>> = { os_admin: adminPassword, postgres: 'root word' }
export const rootPassword = passwords.postgres!
/** The password of every user that a test makes. */
export const userPassword = 'user word'

export type PostgresqlInstance = Readonly<{
  id: string
  version: number
  address: Address
  server: DatabaseServer
  contents: DatabaseContents
  dataFolder: string
  /** The log of the server so far. */
  log(): string
  /** The pid of the server's main process. */
  pid(): Promise<number>
  restart(): Promise<void>
  remove(): Promise<void>
  /** Opens a session directly on the server. */
  login(user: string, database?: string, options?: string): Promise<pg.Client>
  /** Runs the statements in order in one session, and returns the rows of the last one. */
  as(user: string, database: string, ...statements: string[]): Promise<Record<string, unknown>[]>
}>

/** Starts an empty server. */
export async function postgresqlInstance(
  { image }: EngineUnderTest,
  settings: EngineSettings = {},
): Promise<PostgresqlInstance> {
  const id = randomUUID()
  await compute.reserve(id, { vcpus: 1, ramMb: 128 })
  await compute.initialise(id, image.id, adminPassword)
  await compute.configure(id, { shared_buffers: '16MB', max_connections: '20', fsync: 'off', ...settings })
  await compute.start(id)
  const address = (await compute.observe(id)).address!
  const server = compute.server(image.manager, address, adminPassword)
  const login = async (user: string, database = 'shop', options?: string) => {
    const client = new pg.Client({
      ...address,
      user,
      database,
      password: passwords[user] ?? userPassword,
      connectionTimeoutMillis: 20_000,
      // A superuser of a tenant may have set another role for all users; the service itself sets this option, too.
      options: options ?? (user === 'os_admin' ? '-c role=none' : ''),
    })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  return {
    id,
    version: Number(image.version.split('.')[0]),
    address,
    server,
    contents: server.contents!,
    dataFolder: join(folder, 'instances', id, 'data'),
    log: () => readFileSync(join(folder, 'instances', id, 'server.log'), 'utf8'),
    pid: async () => Number((await compute.observe(id)).process!.split(':')[0]),
    async restart() {
      await compute.stop(id)
      await compute.start(id)
      assert.equal(await server.answers(), true)
    },
    remove: () => compute.remove(id),
    login,
    async as(user, database, ...statements) {
      const client = await login(user, database)
      try {
        let rows: Record<string, unknown>[] = []
        for (const each of statements) {
          const result = await client.query(each)
          rows = Array.isArray(result) ? result.at(-1).rows : result.rows
        }
        return rows
      } finally {
        await client.end()
      }
    },
  }
}

/** A file that every program of this machine can read, and a path that an attack would create. */
export const secretFile = join(folder, 'secret')
export const secret = `secret-${randomUUID()}`
export const trace = join(folder, 'trace')
writeFileSync(secretFile, `${secret}\n`)

/** Roles that are superusers on PostgreSQL 15, so that root cannot grant them. They have no members. */
const superuserRoles = [
  'pg_execute_server_program',
  'pg_read_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
]

/** Asserts that only the service has superuser rights and access to the machine, and that it can still connect. */
export async function assertIntact({ as, version, server }: PostgresqlInstance): Promise<void> {
  const column = async (text: string) => (await as('os_admin', 'postgres', text)).map(row => Object.values(row)[0])
  deepEqual(await column('select rolname from pg_roles where rolsuper order by 1'), [
    'os_admin',
    ...(version < 16 ? superuserRoles : []),
  ])
  deepEqual(await column('select rolname from pg_roles where rolreplication or rolbypassrls'), ['os_admin'])
  deepEqual(
    await column(`select m.rolname || ' in ' || g.rolname from pg_auth_members a join pg_roles g on g.oid = a.roleid
      join pg_roles m on m.oid = a.member where g.rolname in ('os_admin', ${superuserRoles.map(name => `'${name}'`).join(', ')})`),
    [],
  )
  equal(existsSync(trace), false, 'a file of the machine was written')
  equal(await server.answers(), true)
}

/**
 * Missing right; ALTER SYSTEM switched off; no labels; a required role; a role that PostgreSQL 15 lacks; a reserved
 * role.
 */
const refusalCodes = ['42501', '0A000', '22023', '2BP01', '42704', '42939']

/**
 * Asserts that a statement of the attack is refused, that no file of the machine was returned, and that `assertIntact`
 * holds.
 */
export async function assertFails(instance: PostgresqlInstance, user: string, attack: Attack): Promise<void> {
  const results: unknown[] = []
  const client = await instance.login(user, attack.database).catch((error: pg.DatabaseError) => error)
  if (client instanceof Error) return equal(client.code, '42501', client.message)
  let refusal: pg.DatabaseError | undefined
  try {
    for (const text of attack.statements) results.push((await client.query(text)).rows)
  } catch (error) {
    refusal = error as pg.DatabaseError
  }
  await client.end()
  assert.ok(!JSON.stringify(results).includes(secret), 'a file of the machine was read')
  assert.ok(refusal, `no statement was refused: ${JSON.stringify(results).slice(0, 300)}`)
  assert.ok(refusalCodes.includes(refusal.code!), `${refusal.code} ${refusal.message}`)
  await assertIntact(instance)
}

export type Attack = Readonly<{ title: string; database?: string; statements: readonly string[] }>
