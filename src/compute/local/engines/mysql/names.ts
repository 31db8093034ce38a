import type { DatabaseProblem } from '../../../../ports/database-server.ts'
import { administrator } from './connection.ts'

/** What Trove calls root. */
export const superuser = 'root'

/**
 * A user that is half made is called this, and gets its name when it is whole. Whoever is killed in between leaves one
 * that nobody is shown and that the next change of its kind clears away.
 */
export const draft = 'trove-ts draft'

const reservedDatabases: readonly string[] = ['mysql', 'information_schema', 'performance_schema', 'sys', 'lost+found']
const reservedUsers: readonly string[] = [administrator, superuser, draft, 'public']

const isReserved = {
  database: (name: string) => reservedDatabases.includes(name.toLowerCase()) || name.startsWith('#'),
  user: (name: string) => reservedUsers.includes(name.toLowerCase()) || /^(?:mysql|mariadb)\./i.test(name),
}

export const isOwn = (what: 'database' | 'user', name: string): boolean => isReserved[what](name)

/** In characters; what both MariaDB and MySQL take. */
const lengthMax = { database: 64, user: 32 }

export const unusable = (problem: string): DatabaseProblem => ({ kind: 'unusable', problem })

/** Names that the servers cut, turn into others or keep for themselves. */
export function nameProblem(what: 'database' | 'user', name: string): string | undefined {
  if (name === '' || name.includes('\0')) return `A name of a ${what} must not be empty or hold a NUL.`
  if ([...name].length > lengthMax[what]) return `The name of the ${what} is longer than ${lengthMax[what]} characters.`
  if (name.endsWith(' ')) return `The name of the ${what} ends in a blank.`
  if (/[\u{10000}-\u{10ffff}]/u.test(name)) return `The name of the ${what} holds a character of 4 bytes.`
  return isReserved[what](name) ? `The ${what} name ${name} is reserved.` : undefined
}

/** The same as a problem of the request. */
export function unusableName(what: 'database' | 'user', name: string): DatabaseProblem | undefined {
  const problem = nameProblem(what, name)
  return problem === undefined ? undefined : unusable(problem)
}

/** In a grant, a database is a pattern: unescaped, `a_b` would mean `axb` as well. */
export const asPattern = (database: string): string => database.replace(/[\\_%]/g, '\\$&')

/** The database that a grant is for; of a true pattern, a name that no database has. */
export const fromPattern = (pattern: string): string => pattern.replace(/\\([\\_%])/g, '$1')
