import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../model/fault.ts'
import type { Secrets } from '../ports/secrets.ts'
import { openSecretKeys } from './secret-key-file.ts'

const ivBytes = 12
const tagBytes = 16

/**
 * Encrypts ("seals") with AES-256-GCM and the first key in `file`. Checks the file each time, since the key can change while
 * the process runs. Keeps every key it has read, to decrypt what this process read from the database before a change.
 */
export function openSecrets(file: string): Secrets {
  const keysNow = openSecretKeys(file)
  const knownKeys = new Map<string, Buffer>()
  const keys = () => {
    const now = keysNow()
    for (const key of now) knownKeys.set(key.toString('base64'), key)
    return now
  }
  /** The text, and whether it was encrypted with the current key. Undefined when no known key decrypts it. */
  const decrypted = (sealed: string) => {
    const [current] = keys()
    for (const key of [current, ...knownKeys.values()]) {
      const text = openWith(key, sealed)
      if (text !== undefined) return { text, isCurrent: key === current }
    }
    return undefined
  }
  const seal = (text: string) => sealWith(keys()[0], text)
  return {
    newPassword: () => randomBytes(18).toString('base64url'),
    seal,
    unseal(sealed) {
      const plain = decrypted(sealed)
      if (plain) return plain.text
      throw new Fault(`The secrets in the database were encrypted with another key than the one in ${file}.`)
    },
    reseal(sealed) {
      const plain = decrypted(sealed)
      return plain === undefined ? 'unreadable' : plain.isCurrent ? 'as it is' : { sealed: seal(plain.text) }
    },
  }
}

function sealWith(key: Buffer, text: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Decrypts the text; undefined when it was encrypted with another key, or altered. */
function openWith(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < ivBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}
