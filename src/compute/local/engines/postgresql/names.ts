import type { DatabaseProblem } from '../../../../ports/database-server.ts'
import { administration, administrator, commonDatabase } from './connection.ts'

/** What Trove calls root. It owns the databases, and can log in only while it is enabled. */
export const root = 'postgres'

/**
 * Owns what dropped users leave behind. It cannot log in, is a member of no other role and owns no database, so code of a
 * dropped user that runs with its owner's rights can do nothing with them.
 */
export const droppedUsers = 'trove-ts dropped'

/**
 * What is half made is called this, and gets its name in the transaction that finishes it. A worker that is killed in
 * between leaves something that no list shows and that the next change of its kind clears away.
 */
export const draft = 'trove-ts draft'

export const ownDatabases = ['template0', 'template1', commonDatabase, administration, draft] as const
export const ownRoles = [administrator, root, droppedUsers, draft] as const
const reserved: readonly string[] = [...ownDatabases, ...ownRoles, 'public', 'none']

export const unusable = (problem: string): DatabaseProblem => ({ kind: 'unusable', problem })

/** PostgreSQL would cut a long name short without a word, and keeps some for itself. */
export function nameProblem(what: 'database' | 'user', name: string): string | undefined {
  if (name === '' || name.includes('\0')) return `A name of a ${what} must not be empty or hold a NUL.`
  if (Buffer.byteLength(name) > 63) return `The name of the ${what} is longer than 63 bytes.`
  const isReserved = reserved.includes(name.toLowerCase()) || name.toLowerCase().startsWith('pg_')
  return isReserved ? `The ${what} name ${name} is reserved.` : undefined
}

/** The same as a problem of the request. */
export function unusableName(what: 'database' | 'user', name: string): DatabaseProblem | undefined {
  const problem = nameProblem(what, name)
  return problem === undefined ? undefined : unusable(problem)
}
