import { readFileSync, statSync } from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../ports/clock.ts'
import { createPrivateFolder, writePrivateFile } from './directory-file.ts'

/** Which token: its id, and the epoch that it was issued in. */
type TokenName = Readonly<{ id: string; epoch: number }>

/** Another process may have begun the next epoch; tokens of the one before are good for longer than this. */
const lookMs = 1000
const marginMs = 60_000
const epochFile = 'epoch'

/**
 * Tokens that were given back before they expired, a file each, named by the token's epoch and id. Every process on the
 * folder knows at once what was given back to another, and a restart forgets none.
 *
 * Which of them can be forgotten cannot be read from the clock: set back, it would bring a token that was given back to life.
 * So tokens belong to epochs. The next one begins when a process has seen the present one for longer than a token lives,
 * by a clock that nobody sets; tokens of all but the present epoch and the one before are refused for good, and what was
 * given back of those is forgotten.
 */
export function openRevokedTokens(folder: string, clock: Pick<Clock, 'monotonicMs'>, tokenLifeMs: number) {
  const fileOf = ({ id, epoch }: TokenName) => join(folder, nameOf(encodeURIComponent(id), epoch))
  let seen: { epoch: number; sinceMs: number; lookedMs: number } | undefined

  const look = () => {
    const nowMs = clock.monotonicMs()
    if (seen && nowMs - seen.lookedMs < lookMs) return seen
    const epoch = readEpoch(folder)
    seen = { epoch, sinceMs: seen?.epoch === epoch ? seen.sinceMs : nowMs, lookedMs: nowMs }
    return seen
  }

  return {
    /** The epoch that tokens are issued in now. */
    epoch: () => look().epoch,
    /** Throws when the folder cannot be read: then nobody knows. */
    has(token: TokenName): boolean {
      const { epoch } = look()
      if (token.epoch < epoch - 1 || token.epoch > epoch + 1) return true
      return statSync(fileOf(token), { throwIfNoEntry: false }) !== undefined
    },
    async add(token: TokenName): Promise<void> {
      createPrivateFolder(folder)
      await writeEmpty(fileOf(token))
      const { epoch, sinceMs } = look()
      if (clock.monotonicMs() - sinceMs < tokenLifeMs + marginMs) return
      writePrivateFile(join(folder, epochFile), `${epoch + 1}\n`)
      seen = undefined
      await forget(folder, epoch + 1)
    },
  }
}

/** Tokens that were issued before there were epochs are of epoch 0. */
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
    throw new Error(`The file ${file} must hold a whole number. Delete the folder ${folder}; users log in again.`)
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

/** Keeps one epoch more than tokens are accepted of: another process may not have seen that the new one began. */
async function forget(folder: string, epoch: number): Promise<void> {
  // One after the other: this is in no haste, and others want to read files as well.
  for (const name of await readdir(folder))
    if (!name.startsWith(epochFile) && epochIn(name) < epoch - 2) await rm(join(folder, name), { force: true })
}
