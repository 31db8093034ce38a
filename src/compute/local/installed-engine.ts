import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import { type Account, succeeds } from './account.ts'
import type { Engine, Installed } from './engine.ts'
import { engines } from './engines.ts'
import { sharedFolder } from './place-folder.ts'

export type Found = Installed & Readonly<{ engine: Engine }>

/** Every engine of this machine. Each is asked for its version. */
export async function findEngines(): Promise<Found[]> {
  const found = await Promise.all(
    engines.map(async engine => (await engine.installed()).map(installed => ({ ...installed, engine }))),
  )
  return found.flat()
}

/**
 * The folder of an engine that the account can run: where it was installed or, when that is out of the account's reach (a
 * checkout in root's home), a copy in `/var/lib/trove-ts`. Throws a Fault when neither can be run.
 */
export async function reachableFolder(
  { engine, folder, image }: Found,
  account: Account | undefined,
  say: (message: string) => void,
): Promise<string> {
  if (!account || (await succeeds(engine.trial(folder), account))) return folder
  const copy = join(sharedFolder, 'engines', `${image.manager}-${image.version}`)
  if (!existsSync(copy)) {
    say(`${image.name} is copied to ${copy}: the user ${account.name}, who runs it, cannot get at ${folder}.`)
    await mkdir(join(sharedFolder, 'engines'), { recursive: true, mode: 0o755 })
    const draft = `${copy}.${process.pid}.new`
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true })
    await rename(draft, copy).catch(async error => {
      await rm(draft, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    })
  }
  if (await succeeds(engine.trial(copy), account)) return copy
  throw new Fault(`${image.name} cannot be run by the user ${account.name}, neither from ${folder} nor from ${copy}.`)
}
