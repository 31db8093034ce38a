import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import { type Client, numberOf, quotedName, quotedText } from './connection.ts'
import { asPattern, isOwn } from './names.ts'
import { passwordHash } from './password-hash.ts'

/** Users may connect from any host, unless one is given. */
export const account = (user: string, host = '%'): string => `${quotedText(user)}@${quotedText(host)}`

/** The holder of rights, as a statement names it. Roles of MariaDB have no host; the role PUBLIC stands for all users. */
export const grantee = ({ user, host }: { user: string; host: string }): string => {
  if (host !== '') return account(user, host)
  return user.toUpperCase() === 'PUBLIC' ? 'public' : quotedText(user)
}

/**
 * All objects of one database. Its name is escaped, because a grant would treat it as a pattern for other databases,
 * too.
 */
export const allOf = (database: string): string => `${quotedName(asPattern(database))}.*`

export const identified = ({ version }: Client, password: string): string => {
  const { plugin, hash } = passwordHash(version, password)
  return `identified with ${plugin} as ${quotedText(hash)}`
}

/**
 * The table of accounts. In MariaDB, `mysql.user` is only a view, which a superuser of an earlier release may have
 * replaced.
 */
export const accountsTable = ({ isMariadb }: Client): string => (isMariadb ? 'mysql.global_priv' : 'mysql.user')

export async function databaseNames(client: Client): Promise<string[]> {
  const rows = await client.rows<Record<string, string>>('show databases')
  return rows
    .map(row => Object.values(row)[0]!)
    .filter(name => !isOwn('database', name))
    .sort()
}

type Session = Readonly<{ id: number; user: string; db: string | null }>

/** Lists the other sessions, without their statements, which tenants can make arbitrarily long. */
export const sessions = (client: Client): Promise<Session[]> =>
  client.rows<Session>(
    'select id as id, user as user, db as db from information_schema.processlist where id <> connection_id()',
  )

/** Ends the sessions that match, and returns their number. */
export async function kill(client: Client, matches: (session: Session) => boolean): Promise<number> {
  const matching = (await sessions(client)).filter(matches)
  for (const { id } of matching)
    try {
      await client.run(`kill ${id}`)
    } catch (error) {
      // 1094: it has just ended. 1095: it belongs to the server itself.
      if (![1094, 1095].includes(numberOf(error) ?? 0)) throw error
    }
  return matching.length
}

const leavingMs = 5_000
const pollMs = 20

/**
 * Ends all sessions of a user and waits until they are gone, because a session may finish its statement before it ends.
 */
export async function endAllSessions(client: Client, user: string): Promise<void> {
  const giveUpAtMs = performance.now() + leavingMs
  while ((await kill(client, session => session.user === user)) > 0) {
    if (performance.now() > giveUpAtMs)
      throw new Fault(`The sessions of user '${user}' did not end in time. Try again.`, { status: 503 })
    await setTimeout(pollMs)
  }
}
