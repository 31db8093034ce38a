import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Account, canEnter } from './account.ts'

export const ledgerName = 'host.sqlite'

/** Where things go that the user of the servers cannot get at elsewhere. */
export const sharedFolder = '/var/lib/trove-ts'

/**
 * The folder that instances live in: the one that is asked for, or one of its own in `/var/lib/trove-ts` when the user
 * that servers run as cannot get at it. Where something is kept already, it stays.
 */
export async function placeFolder(
  asked: string,
  account: Account | undefined,
  say: (message: string) => void,
): Promise<string> {
  const folder = resolve(asked)
  if (!account || existsSync(join(folder, ledgerName))) return folder
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const elsewhere = join(sharedFolder, hash)
  const isThere = existsSync(join(elsewhere, ledgerName))
  if (!isThere && (await canEnter(account, nearestExisting(folder)))) return folder
  say(`Instances are kept in ${elsewhere}: the user ${account.name}, who runs them, cannot get at ${folder}.`)
  return elsewhere
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))
