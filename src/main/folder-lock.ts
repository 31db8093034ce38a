import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createPrivateFile, writePrivateFile } from '../identity/embedded/directory-file.ts'
import { Fault } from '../model/fault.ts'

export type HeldFolder = Readonly<{
  /** Where the holder listens, for whoever finds the folder taken. */
  tell(url: string): void
  release(): void
}>

/**
 * Holds a data folder for this process: two services on one would stop each other's database servers. It is SQLite's lock on
 * an empty file, which the system lets go of when its holder dies. Throws a Fault that names the holder.
 */
export function holdFolder(dataDir: string): HeldFolder {
  const lockFile = join(dataDir, 'service.lock')
  const noteFile = join(dataDir, 'service.json')
  makeIfMissing(lockFile)
  const lock = new DatabaseSync(lockFile, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    throw new Fault(
      `A trove-ts runs on ${dataDir} already${holder(noteFile)}. Use that one, or give another one a folder of its own, as in ` +
        '`npm start -- --port 9000 --data-dir another`.',
      { cause },
    )
  }
  return {
    tell: url => writePrivateFile(noteFile, `${JSON.stringify({ pid: process.pid, url })}\n`),
    release: () => lock.close(),
  }
}

function makeIfMissing(file: string): void {
  try {
    if (!existsSync(file)) createPrivateFile(file, '')
  } catch (error) {
    // Another process made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function holder(noteFile: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(noteFile, 'utf8'))
    return ` (${url}, pid ${pid})`
  } catch {
    return ''
  }
}
