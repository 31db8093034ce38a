import type { DatabaseProblem } from '../../../../ports/database-server.ts'
import { administrator } from './account.ts'

/** The user that Trove's API calls root. */
export const superuser = 'root'

/**
 * The name of an unfinished user, which gets its real name when it is complete. If the worker is killed in between, the
 * unfinished user is shown in no list, and the next creation of a user removes it.
 */
export const draft = 'trove-ts draft'

const reservedDatabases: readonly string[] = ['mysql', 'information_schema', 'performance_schema', 'sys', 'lost+found']
const reservedUsers: readonly string[] = [administrator, superuser, draft, 'public']

const isReserved = {
  database: (name: string) => reservedDatabases.includes(name.toLowerCase()) || name.startsWith('#'),
  user: (name: string) => reservedUsers.includes(name.toLowerCase()) || /^(?:mysql|mariadb)\./i.test(name),
}

export const isOwn = (kind: 'database' | 'user', name: string): boolean => isReserved[kind](name)

/** In characters; both MariaDB and MySQL accept these. */
const lengthMax = { database: 64, user: 32 }

export const unusable = (problem: string): DatabaseProblem => ({ kind: 'unusable', problem })

/** Returns a problem for names that the servers would cut off or change, and for reserved names. */
export function nameProblem(kind: 'database' | 'user', name: string): string | undefined {
  if (name === '' || name.includes('\0')) return `The name of a ${kind} must not be empty or contain NUL.`
  if ([...name].length > lengthMax[kind]) return `The name of the ${kind} is longer than ${lengthMax[kind]} characters.`
  if (name.endsWith(' ')) return `The name of the ${kind} ends with a space.`
  if (/[\u{10000}-\u{10ffff}]/u.test(name)) return `The name of the ${kind} contains a 4-byte character, e.g. an emoji.`
  return isReserved[kind](name) ? `The ${kind} name '${name}' is reserved.` : undefined
}

/** The same as a problem of a request. */
export function unusableName(kind: 'database' | 'user', name: string): DatabaseProblem | undefined {
  const problem = nameProblem(kind, name)
  return problem === undefined ? undefined : unusable(problem)
}

/** In a grant, a database name is a pattern: unescaped, `a_b` would match `axb` as well. */
export const asPattern = (database: string): string => database.replace(/[\\_%]/g, '\\$&')

/** Returns the database that a grant is for. For a real pattern, the result is not the name of any database. */
export const fromPattern = (pattern: string): string => pattern.replace(/\\([\\_%])/g, '$1')
