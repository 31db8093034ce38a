import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import { type Account, succeeds } from './account.ts'
import type { Engine, Installed } from './engine.ts'
import { makeFolder } from './instance-folder.ts'

/**
 * The folder of an engine that `account` can run it from: its own, or else a copy below `copies`, made once. The copy is
 * whole or not there, however many processes make it at a time.
 */
export async function engineFolderFor(
  engine: Engine,
  { folder, image }: Installed,
  account: Account | undefined,
  copies: Readonly<{ folder: string; say: (message: string) => void }>,
): Promise<string> {
  if (!account || (await succeeds(engine.trial(folder), account))) return folder
  const copy = join(copies.folder, `${image.manager}-${image.version}-${process.platform}-${process.arch}`)
  if (!(await succeeds(engine.trial(copy), account))) {
    await makeFolder(copies.folder, account)
    await copyOnce(folder, copy)
    copies.say(`User '${account.name}' cannot run the engine in ${folder}; instances run from a copy in ${copy}.`)
    if (!(await succeeds(engine.trial(copy), account)))
      throw new Fault(`User '${account.name}' can run the database engine neither from ${folder} nor from ${copy}.`)
  }
  return copy
}

async function copyOnce(folder: string, copy: string) {
  const draft = `${copy}.${randomUUID()}`
  try {
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
    await makeReadable(draft)
    await rename(draft, copy).catch(error => {
      // Another process was faster.
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function makeReadable(folder: string) {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
