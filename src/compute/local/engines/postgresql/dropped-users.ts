import type { Client } from 'pg'
import { Fault } from '../../../../model/fault.ts'
import type { DatabaseProblem } from '../../../../ports/database-server.ts'
import { codeOf, inTenantDatabase, quotedName, type Target } from './connection.ts'
import { draft, droppedUsers } from './names.ts'
import { endSessions, makeOwnRoles, roleExists } from './root.ts'

/** How often the user's objects are released, because a session of root may give it new ones meanwhile. */
const rounds = 3

/**
 * Drops a user. Its objects are kept and go to a role without any rights, because a view, or a function that runs with
 * the rights of its owner, must not gain rights when the owner is dropped.
 */
export async function dropUser(target: Target, client: Client, name: string): Promise<DatabaseProblem | undefined> {
  if (!(await roleExists(client, name))) return { kind: 'user missing', name }
  await makeOwnRoles(client)
  await client.query(`alter role ${quotedName(name)} nologin`)
  await endSessions(client, name)
  for (let round = 1; round <= rounds; round++) {
    await release(client, name)
    for (const database of await databasesWithObjectsOf(client, name))
      await inTenantDatabase(target, client, database, inside => release(inside, name))
    try {
      await client.query(`drop role ${quotedName(name)}`)
      return undefined
    } catch (error) {
      if (codeOf(error) !== '2BP01') throw error
    }
  }
  throw new Fault(`User '${name}' cannot be deleted: a session keeps granting it privileges.`, { status: 503 })
}

export const dropDraftUser = (target: Target, client: Client): Promise<unknown> => dropUser(target, client, draft)

async function release(client: Client, name: string) {
  await client.query(`reassign owned by ${quotedName(name)} to ${quotedName(droppedUsers)}`)
  await client.query(`drop owned by ${quotedName(name)}`)
}

async function databasesWithObjectsOf(client: Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ database: string }>(
    `select distinct d.datname as database from pg_shdepend s join pg_database d on d.oid = s.dbid
     where s.refclassid = 'pg_authid'::regclass and s.refobjid = (select oid from pg_roles where rolname = $1)
       and d.datconnlimit <> -2`,
    [name],
  )
  return rows.map(({ database }) => database)
}
