import type { Refused } from '../../model/refused.ts'
import { isManager, type Manager } from '../../model/runnable-engines.ts'
import { refusal } from '../refusals.ts'

/** Whether an engine has databases and users to manage. Redis knows keys only, and its users are a matter of its superuser. */
const contentsOf: Readonly<Record<Manager, boolean>> = { postgresql: true, mariadb: true, mysql: true, redis: false }

/** Whether there are databases and users to manage in an instance of this manager. */
export const hasContents = (manager: string): boolean => !isManager(manager) || contentsOf[manager]

/**
 * Why a URL could not name a database or a user of this name, so that it could be made and never deleted. Trove refuses the
 * slash as well (trove@4cdc0cd common/db/mysql/models.py).
 */
function unreachable(what: 'database' | 'user', name: string): string | undefined {
  if (name.includes('/')) return `'${name}' contains a slash, which parts the steps of a URL`
  if (name === '.' || name === '..') return `'${name}' is a step of its own in a URL`
  if (what === 'user' && name.endsWith('@%')) return `'${name}' ends in @%, which stands for every host`
  return undefined
}

/** Names that no character set and no collation of any engine has: those with NULs, quotes and the like. */
const wordOfEngine = /^[\w.@ -]{0,64}$/

/** Why something of this name is not made in any engine. Names that an engine keeps to itself are its own business. */
export function contentRefusal(
  what: 'database' | 'user',
  { name, characterSet, collate }: { name: string; characterSet?: string | undefined; collate?: string | undefined },
): Refused | undefined {
  const problem = unreachable(what, name)
  if (problem) return refusal.text_unusable({ what: `name of a ${what}`, problem })
  for (const [kind, word] of Object.entries({ 'character set': characterSet, collation: collate }))
    if (word !== undefined && !wordOfEngine.test(word))
      return refusal.text_unusable({ what: `${kind} of database ${name}`, problem: 'is none that an engine knows' })
  return undefined
}
