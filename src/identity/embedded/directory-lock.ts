import { chmodSync, chownSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../model/fault.ts'

const waitMs = 10_000
const retryMs = 20
const sqliteBusy = 5

/**
 * Runs `work` while no other caller, in this process or another, holds the lock of the same file. Uses SQLite's lock on an
 * empty file beside it, which the operating system releases when its holder dies; a plain lock file would remain. Throws a
 * Fault when another caller holds the lock for too long.
 */
export async function withLockOf<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = openLock(file)
  try {
    await take(lock, file)
    return await work()
  } finally {
    lock.close()
  }
}

function openLock(file: string): DatabaseSync {
  const lockFile = `${file}.lock`
  closeSync(openSync(lockFile, 'a', 0o600))
  const owner = statSync(file)
  // A user who may change the file must be able to take its lock, even after root has created it.
  if (process.getuid?.() === 0) chownSync(lockFile, owner.uid, owner.gid)
  if (process.getuid?.() === statSync(lockFile).uid) chmodSync(lockFile, 0o600)
  return new DatabaseSync(lockFile, { timeout: 0 })
}

async function take(lock: DatabaseSync, file: string): Promise<void> {
  const giveUpAtMs = performance.now() + waitMs
  for (;;) {
    try {
      lock.exec('begin exclusive')
      return
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > giveUpAtMs)
        throw new Fault(`${file} cannot be changed: another process has been changing it for too long.`, { cause })
    }
    await setTimeout(retryMs)
  }
}

const isBusy = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
