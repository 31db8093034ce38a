import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Fault } from '../../../model/fault.ts'
import { type Account, succeeds } from '../host/account.ts'
import { makeFolder } from '../host/instance-folder.ts'
import { sharedFolder } from '../host/place-folder.ts'
import type { Found } from './find-engines.ts'

/**
 * An engine as the account can run it: where it was installed or, when that is out of the account's reach (a checkout in
 * root's home), a copy in `/var/lib/trove-ts`. Throws a Fault when neither can be run.
 */
export async function reachableEngine(
  found: Found,
  account: Account | undefined,
  say: (message: string) => void,
): Promise<Found> {
  const { folder, image, program } = found
  const runs = (file: string) => succeeds({ file, args: ['--version'] }, account)
  if (!account || (await runs(program))) return found
  if (folder === undefined) throw new Fault(`${image.name} (${program}) cannot be run by the user ${account.name}.`)
  const copy = join(sharedFolder, 'engines', `${image.manager}-${image.version}`)
  if (!existsSync(copy)) {
    say(`${image.name} is copied to ${copy}: the user ${account.name}, who runs it, cannot get at ${folder}.`)
    await makeFolder(dirname(copy), account)
    await copyWhole(folder, copy)
  }
  const copied = join(copy, relative(folder, program))
  if (await runs(copied)) return { ...found, program: copied, folder: copy }
  throw new Fault(`${image.name} cannot be run by the user ${account.name}, neither from ${folder} nor from ${copy}.`)
}

/** The copy is whole or not there, however many processes make it at once. */
async function copyWhole(folder: string, copy: string) {
  const draft = `${copy}.${randomUUID()}`
  try {
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true })
    await makeReadable(draft)
    await rename(draft, copy)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process was faster.
    if (!existsSync(copy)) throw error
  }
}

/** For everybody, whatever the umask was when the engine was installed. */
async function makeReadable(folder: string) {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
