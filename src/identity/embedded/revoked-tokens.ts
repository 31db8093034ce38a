import { readFileSync, statSync } from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../ports/clock.ts'
import { createPrivateFolder, writePrivateFile } from './directory-file.ts'

/** Identifies a token: its id, and the epoch in which it was issued. */
type TokenName = Readonly<{ id: string; epoch: number }>

/** How often to read the epoch, which another process may have changed. Tokens of the previous epoch are accepted for longer. */
const refreshMs = 1000
const marginMs = 60_000
const epochFile = 'epoch'

/**
 * Tokens that were revoked before they expired: one file each, named by the token's epoch and id. Every process on the folder
 * sees a revocation at once, and a restart loses none.
 *
 * The system clock cannot decide which files may be deleted: if it were set back, a revoked token would become valid again.
 * Therefore tokens belong to epochs. The next epoch starts when a process has seen the current one for longer than the lifetime
 * of a token, measured by the monotonic clock. Tokens of epochs before the previous one are refused for good, so the files
 * of their revocations can be deleted.
 */
export function openRevokedTokens(folder: string, clock: Pick<Clock, 'monotonicMs'>, tokenLifeMs: number) {
  const fileOf = ({ id, epoch }: TokenName) => join(folder, nameOf(encodeURIComponent(id), epoch))
  let current: { epoch: number; sinceMs: number; readAtMs: number } | undefined

  const refresh = () => {
    const nowMs = clock.monotonicMs()
    if (current && nowMs - current.readAtMs < refreshMs) return current
    const epoch = readEpoch(folder)
    current = { epoch, sinceMs: current?.epoch === epoch ? current.sinceMs : nowMs, readAtMs: nowMs }
    return current
  }

  return {
    /** The epoch of new tokens. */
    epoch: () => refresh().epoch,
    /** True when the token is revoked. Throws when the folder cannot be read. */
    has(token: TokenName): boolean {
      const { epoch } = refresh()
      if (token.epoch < epoch - 1 || token.epoch > epoch + 1) return true
      return statSync(fileOf(token), { throwIfNoEntry: false }) !== undefined
    },
    async add(token: TokenName): Promise<void> {
      createPrivateFolder(folder)
      await writeEmpty(fileOf(token))
      const { epoch, sinceMs } = refresh()
      if (clock.monotonicMs() - sinceMs < tokenLifeMs + marginMs) return
      writePrivateFile(join(folder, epochFile), `${epoch + 1}\n`)
      current = undefined
      await deleteOldFiles(folder, epoch + 1)
    },
  }
}

/** Tokens of releases before epochs existed belong to epoch 0. */
const nameOf = (id: string, epoch: number) => (epoch === 0 ? id : `${epoch}.${id}`)
const epochIn = (name: string) => Number(/^(\d+)\./.exec(name)?.[1] ?? 0)

function readEpoch(folder: string): number {
  const file = join(folder, epochFile)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
  const epoch = Number(text)
  if (!Number.isSafeInteger(epoch) || epoch < 0 || text.trim() === '')
    throw new Error(
      `The file ${file} must contain a whole number. Delete the folder ${folder}; users then have to log in again.`,
    )
  return epoch
}

async function writeEmpty(file: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Keeps one epoch more than is accepted, since another process may not have seen the new epoch yet. */
async function deleteOldFiles(folder: string, epoch: number): Promise<void> {
  // Delete one file at a time: this is not urgent, and requests need the same threads to read files.
  for (const name of await readdir(folder))
    if (!name.startsWith(epochFile) && epochIn(name) < epoch - 2) await rm(join(folder, name), { force: true })
}
