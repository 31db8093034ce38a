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

/** The first key encrypts. Further keys exist only during a key change, to decrypt what was encrypted before. */
export type Keys = readonly [Buffer, ...Buffer[]]

/**
 * The keys in the file, read again whenever the file changes. The first process creates the file if it is missing; the others
 * find it. Throws a Fault with a message for the operator.
 */
export function openSecretKeys(file: string): () => Keys {
  let lastStamp: string | undefined
  let keys: Keys | undefined
  return () => {
    try {
      if (!existsSync(file)) createFile(file)
      // Take the stamp before reading: if the file changes in between, it is read again the next time.
      const { ctimeNs, mtimeNs, size, ino } = statSync(file, { bigint: true })
      const stamp = `${ctimeNs} ${mtimeNs} ${size} ${ino}`
      if (keys && stamp === lastStamp) return keys
      keys = keysIn(file)
      lastStamp = stamp
      return keys
    } catch (cause) {
      const advice = permissionAdvice(cause, file)
      throw new Fault(`The secret key ${file} cannot be used: ${fileProblem(cause)}.${advice}`, { cause })
    }
  }
}

/** One key per line, in base64. Earlier releases wrote and read a single line only. */
function keysIn(file: string): Keys {
  const [first, ...others] = readPlainFile(file, fileBytesMax.settings)
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => Buffer.from(line.trim(), 'base64'))
  if (!first || [first, ...others].some(({ length }) => length !== keyBytes))
    throw new Error(`it does not contain a key of ${keyBytes} bytes in base64`)
  return [first, ...others]
}

const textOf = (keys: readonly Buffer[]) => keys.map(key => `${key.toString('base64')}\n`).join('')

const draftName = (file: string) => `${file}.${randomBytes(6).toString('hex')}.new`

/** Creates the file completely or not at all, and never replaces one that another process has just created. */
function createFile(file: string): void {
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

/** Replaces the file durably: after a power cut, it must contain every key that has been used for encryption since. */
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
          `There is no secret key ${file}, so nothing is encrypted with it. Specify the --data-dir or --config-file of the service.`,
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
