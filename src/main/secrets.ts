import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, linkSync, unlinkSync, writeFileSync } from 'node:fs'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'
import type { Secrets } from '../ports/secrets.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'

const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

/**
 * Seals with AES-256-GCM and the key in `file`, which is read when first needed, and made when it is not there: whoever
 * is first makes it, and everybody else finds it.
 */
export function openSecrets(file: string): Secrets {
  let key: Buffer | undefined
  const theKey = () => {
    key ??= readOrMakeKey(file)
    return key
  }
  return {
    newPassword: () => randomBytes(18).toString('base64url'),
    seal(text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', theKey(), iv)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', theKey(), bytes.subarray(0, ivBytes))
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
        return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new Fault(`What the database keeps sealed was sealed with another key than the one in ${file}.`, {
          cause,
        })
      }
    },
  }
}

/** Whole or not at all, and never over one that somebody else has just made. */
function makeKey(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`
  writeFileSync(draft, `${randomBytes(keyBytes).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

function readOrMakeKey(file: string): Buffer {
  try {
    if (!existsSync(file)) makeKey(file)
    const key = Buffer.from(readPlainFile(file, fileBytesMax.settings).trim(), 'base64')
    if (key.length !== keyBytes) throw new Error(`it does not hold a key of ${keyBytes} bytes in base64`)
    return key
  } catch (cause) {
    throw new Fault(`The secret key ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}
