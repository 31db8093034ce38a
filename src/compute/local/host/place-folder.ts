import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Account, canEnter } from './account.ts'

export const ledgerName = 'host.sqlite'

/** The folder for files that the user of the servers cannot access elsewhere. */
export const sharedFolder = '/var/lib/trove-ts'

/**
 * Returns the folder of all instances: the configured one or, if the user that servers run as cannot access it, a
 * folder in `/var/lib/trove-ts` that belongs to it. A folder that already contains instances is kept.
 */
export async function placeFolder(
  configuredFolder: string,
  account: Account | undefined,
  report: (message: string) => void,
): Promise<string> {
  const folder = resolve(configuredFolder)
  if (!account || existsSync(join(folder, ledgerName))) return folder
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const elsewhere = join(sharedFolder, hash)
  const isThere = existsSync(join(elsewhere, ledgerName))
  if (!isThere && (await canEnter(account, nearestExisting(folder)))) return folder
  report(
    `Instances are stored in ${elsewhere}, because user '${account.name}', which runs them, cannot access ${folder}.`,
  )
  return elsewhere
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))
