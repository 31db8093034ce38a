import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import { type Client, numberOf, quotedName, quotedText } from './connection.ts'
import { asPattern, isOwn } from './names.ts'
import { passwordHash } from './password.ts'

/** Users come from everywhere. */
export const account = (user: string, host = '%'): string => `${quotedText(user)}@${quotedText(host)}`

/** Who has rights. A role of MariaDB has no host, and one of them is for everybody. */
export const grantee = ({ user, host }: { user: string; host: string }): string => {
  if (host !== '') return account(user, host)
  return user.toUpperCase() === 'PUBLIC' ? 'public' : quotedText(user)
}

/** Everything in one database, and in no other that its name would be a pattern for. */
export const allOf = (database: string): string => `${quotedName(asPattern(database))}.*`

export const identified = ({ version }: Client, password: string): string => {
  const { plugin, hash } = passwordHash(version, password)
  return `identified with ${plugin} as ${quotedText(hash)}`
}

/** The table itself: in MariaDB `mysql.user` is a view, which a superuser of an earlier release may have replaced. */
export const accountsTable = ({ isMariadb }: Client): string => (isMariadb ? 'mysql.global_priv' : 'mysql.user')

export async function databaseNames(client: Client): Promise<string[]> {
  const rows = await client.rows<Record<string, string>>('show databases')
  return rows
    .map(row => Object.values(row)[0]!)
    .filter(name => !isOwn('database', name))
    .sort()
}

type Session = Readonly<{ id: number; user: string; db: string | null }>

/** Without the statements that they run, each of which may be as long as a tenant likes. */
export const sessions = (client: Client): Promise<Session[]> =>
  client.rows<Session>(
    'select id as id, user as user, db as db from information_schema.processlist where id <> connection_id()',
  )

/** Ends sessions; gives how many there were. */
export async function kill(client: Client, isMeant: (session: Session) => boolean): Promise<number> {
  const meant = (await sessions(client)).filter(isMeant)
  for (const { id } of meant)
    try {
      await client.run(`kill ${id}`)
    } catch (error) {
      // 1094: it has just gone. 1095: it is the server's own.
      if (![1094, 1095].includes(numberOf(error) ?? 0)) throw error
    }
  return meant.length
}

const leavingMs = 5_000
const glanceMs = 20

/** Ends all sessions of a user and waits until they are gone: one that is ending may still finish its statement. */
export async function sendAway(client: Client, user: string): Promise<void> {
  const giveUpAtMs = performance.now() + leavingMs
  while ((await kill(client, session => session.user === user)) > 0) {
    if (performance.now() > giveUpAtMs)
      throw new Fault(`Sessions of the user ${user} do not end in time.`, { status: 503 })
    await setTimeout(glanceMs)
  }
}
