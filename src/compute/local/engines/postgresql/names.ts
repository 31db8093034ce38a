import type { DatabaseProblem } from '../../../../ports/database-server.ts'
import { administration, administrator, commonDatabase } from './account.ts'

/** The user that Trove's API calls root. It owns the databases, and can log in only while it is enabled. */
export const root = 'postgres'

/**
 * The role that owns the objects of dropped users. It cannot log in, is a member of no other role and owns no database,
 * so a dropped user's function that runs with the rights of its owner gains nothing from them.
 */
export const droppedUsers = 'trove-ts dropped'

/**
 * The name of an unfinished user or database, which gets its real name in the transaction that completes it. If the
 * worker is killed in between, it is shown in no list, and the next creation of its kind removes it.
 */
export const draft = 'trove-ts draft'

/** PostgreSQL marks a database when it begins to drop it. If the drop is interrupted, nothing else is possible any more. */
export const isWhole = 'datconnlimit <> -2'

export const ownDatabases = ['template0', 'template1', commonDatabase, administration, draft] as const
export const ownRoles = [administrator, root, droppedUsers, draft] as const
const reserved: readonly string[] = [...ownDatabases, ...ownRoles, 'public', 'none']

export const unusable = (problem: string): DatabaseProblem => ({ kind: 'unusable', problem })

/** Returns a problem for a long name, which PostgreSQL would silently cut off, and for a reserved one. */
export function nameProblem(kind: 'database' | 'user', name: string): string | undefined {
  if (name === '' || name.includes('\0')) return `The name of a ${kind} must not be empty or contain NUL.`
  if (Buffer.byteLength(name) > 63) return `The name of the ${kind} is longer than 63 bytes.`
  const isReserved = reserved.includes(name.toLowerCase()) || name.toLowerCase().startsWith('pg_')
  return isReserved ? `The ${kind} name '${name}' is reserved.` : undefined
}

/** The same as a problem of a request. */
export function unusableName(kind: 'database' | 'user', name: string): DatabaseProblem | undefined {
  const problem = nameProblem(kind, name)
  return problem === undefined ? undefined : unusable(problem)
}
