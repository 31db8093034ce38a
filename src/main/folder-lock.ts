import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createPrivateFile, writePrivateFile } from '../identity/embedded/directory-file.ts'
import { Fault } from '../model/fault.ts'

export type HeldFolder = Readonly<{
  /** Records the URL of this process, for the error message of another one. */
  recordUrl(url: string): void
  release(): void
}>

/**
 * Locks a data folder for this process: two services on one folder would stop each other's database servers. Uses SQLite's
 * lock on an empty file, which the operating system releases when the process ends. Throws a Fault that names the holder.
 */
export function holdFolder(dataDir: string): HeldFolder {
  const lockFile = join(dataDir, 'service.lock')
  const noteFile = join(dataDir, 'service.json')
  createIfMissing(lockFile)
  const lock = new DatabaseSync(lockFile, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    throw new Fault(
      `Another trove-ts is already running on ${dataDir}${holder(noteFile)}. Use that one, or start this one with its own port and folder: ` +
        '`npm start -- --port 9000 --data-dir another`.',
      { cause },
    )
  }
  return {
    recordUrl: url => writePrivateFile(noteFile, `${JSON.stringify({ pid: process.pid, url })}\n`),
    release: () => lock.close(),
  }
}

function createIfMissing(file: string): void {
  try {
    if (!existsSync(file)) createPrivateFile(file, '')
  } catch (error) {
    // Another process created it in the meantime.
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
