import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { createPrivateFile, permissionAdvice } from '../identity/embedded/directory-file.ts'
import { withLockOf } from '../identity/embedded/directory-lock.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'
import type { SecretKey } from '../ports/secrets.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'

const keyBytes = 32

/** The first key seals; the others only open what was sealed before a change of keys that is not over yet. */
export type Keys = readonly [Buffer, ...Buffer[]]

/**
 * The keys in the file, read again whenever it has changed, and made when it is missing: the first process makes one,
 * the others find it. Throws a Fault with a sentence.
 */
export function openSecretKeys(file: string): () => Keys {
  let seen: string | undefined
  let keys: Keys | undefined
  return () => {
    try {
      if (!existsSync(file)) makeFile(file)
      // The stamp is taken first: a file that changes in between is then read once more, and not once too few.
      const { ctimeNs, mtimeNs, size, ino } = statSync(file, { bigint: true })
      const stamp = `${ctimeNs} ${mtimeNs} ${size} ${ino}`
      if (keys && stamp === seen) return keys
      keys = keysIn(file)
      seen = stamp
      return keys
    } catch (cause) {
      const advice = permissionAdvice(cause, file)
      throw new Fault(`The secret key ${file} cannot be used: ${fileProblem(cause)}.${advice}`, { cause })
    }
  }
}

/** A key a line, in base64. Releases before this one wrote, and read, one line only. */
function keysIn(file: string): Keys {
  const [first, ...others] = readPlainFile(file, fileBytesMax.settings)
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => Buffer.from(line.trim(), 'base64'))
  if (!first || [first, ...others].some(({ length }) => length !== keyBytes))
    throw new Error(`it does not hold a key of ${keyBytes} bytes in base64`)
  return [first, ...others]
}

const textOf = (keys: readonly Buffer[]) => keys.map(key => `${key.toString('base64')}\n`).join('')

const draftName = (file: string) => `${file}.${randomBytes(6).toString('hex')}.new`

/** Whole or not at all, and never over one that another process has just made. */
function makeFile(file: string): void {
  const draft = draftName(file)
  createPrivateFile(draft, textOf([randomBytes(keyBytes)]))
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

/** Whole and for good: a power cut must not bring back a file without the key that something was sealed with since. */
function replaceFile(file: string, keys: readonly Buffer[]): void {
  const draft = draftName(file)
  createPrivateFile(draft, textOf(keys), statSync(file))
  renameSync(draft, file)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** The key file, for changing it. */
export function openSecretKey(file: string): SecretKey {
  return {
    file,
    async change(work) {
      if (!existsSync(file))
        throw new Fault(
          `There is no secret key ${file}, so nothing is sealed with it. Give the --data-dir or --config-file of the service.`,
        )
      return withLockOf(file, async () => {
        const keys = openSecretKeys(file)()
        const isResumed = keys.length > 1
        if (!isResumed) replaceFile(file, [randomBytes(keyBytes), ...keys])
        const result = await work({ isResumed })
        replaceFile(file, keysIn(file).slice(0, 1))
        return result
      })
    },
  }
}
