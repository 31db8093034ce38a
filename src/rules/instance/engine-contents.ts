import type { Refused } from '../../model/refused.ts'
import { isManager, type Manager } from '../../model/runnable-engines.ts'
import { refusal } from '../refusals.ts'

/** True for engines with databases and users to manage. Redis has only keys, and its users are managed by its superuser. */
const contentsOf: Readonly<Record<Manager, boolean>> = { postgresql: true, mariadb: true, mysql: true, redis: false }

/** True when instances of this manager have databases and users to manage. */
export const hasContents = (manager: string): boolean => !isManager(manager) || contentsOf[manager]

/**
 * Returns why a URL cannot contain this name. A database or user with such a name could be created but never deleted. Trove
 * also refuses the slash (trove@4cdc0cd common/db/mysql/models.py).
 */
function urlProblem(what: 'database' | 'user', name: string): string | undefined {
  if (name.includes('/')) return 'contains a slash, which separates the segments of a URL'
  if (name === '.' || name === '..') return 'has a special meaning in a URL'
  if (what === 'user' && name.endsWith('@%')) return 'ends with @%, which means every host'
  return undefined
}

/** Matches every character set and collation of the engines, and no text with NULs, quotes or similar characters. */
const wordOfEngine = /^[\w.@ -]{0,64}$/

/**
 * Refuses a name, character set or collation that no engine can have. Reserved names are refused by the engines
 * themselves.
 */
export function contentRefusal(
  what: 'database' | 'user',
  { name, characterSet, collate }: { name: string; characterSet?: string | undefined; collate?: string | undefined },
): Refused | undefined {
  const problem = urlProblem(what, name)
  if (problem) return refusal.text_unusable({ what: `${what} name '${name}'`, problem })
  for (const [kind, word] of Object.entries({ 'character set': characterSet, collation: collate }))
    if (word !== undefined && !wordOfEngine.test(word))
      return refusal.text_unusable({ what: `${kind} of database ${name}`, problem: 'is not supported by any engine' })
  return undefined
}
