import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Fault } from '../../../model/fault.ts'
import { type Account, succeeds } from '../host/account.ts'
import { makeFolder } from '../host/instance-folder.ts'
import { sharedFolder } from '../host/place-folder.ts'
import type { FoundEngine } from './find-engines.ts'

/**
 * Returns an engine in a place where the account can run it: where it is installed or, if the account cannot access
 * that (a checkout in root's home), a copy in `/var/lib/trove-ts`. Throws a Fault if neither can be run.
 */
export async function reachableEngine(
  foundEngine: FoundEngine,
  account: Account | undefined,
  report: (message: string) => void,
): Promise<FoundEngine> {
  const { folder, image, program } = foundEngine
  const runs = (file: string) => succeeds({ file, args: ['--version'] }, account)
  if (!account || (await runs(program))) return foundEngine
  if (folder === undefined) throw new Fault(`User '${account.name}' cannot run ${image.name} (${program}).`)
  const copy = join(sharedFolder, 'engines', `${image.manager}-${image.version}`)
  if (!existsSync(copy)) {
    report(
      `${image.name} is copied to ${copy}, because user '${account.name}', which runs it, cannot access ${folder}.`,
    )
    await makeFolder(dirname(copy), account)
    await copyWhole(folder, copy)
  }
  const copiedProgram = join(copy, relative(folder, program))
  if (await runs(copiedProgram)) return { ...foundEngine, program: copiedProgram, folder: copy }
  throw new Fault(`User '${account.name}' cannot run ${image.name}, neither from ${folder} nor from ${copy}.`)
}

/** Copies atomically: the copy is complete or does not exist, even if several processes make it at once. */
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

/** Makes the files readable for every user, whatever the umask was when the engine was installed. */
async function makeReadable(folder: string) {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
