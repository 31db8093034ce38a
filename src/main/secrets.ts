import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../model/fault.ts'
import type { Secrets } from '../ports/secrets.ts'
import { openSecretKeys } from './secret-key-file.ts'

const ivBytes = 12
const tagBytes = 16

/**
 * Seals with AES-256-GCM and the first key in `file`, at which it looks each time: the key may be changed while we run.
 * A key that was ever there goes on opening what this process read from the database before.
 */
export function openSecrets(file: string): Secrets {
  const keysNow = openSecretKeys(file)
  const known = new Map<string, Buffer>()
  const keys = () => {
    const now = keysNow()
    for (const key of now) known.set(key.toString('base64'), key)
    return now
  }
  /** The text, and whether the key that seals today opened it. Undefined when no key does. */
  const opened = (sealed: string) => {
    const [first] = keys()
    for (const key of [first, ...known.values()]) {
      const text = openWith(key, sealed)
      if (text !== undefined) return { text, isOfToday: key === first }
    }
    return undefined
  }
  const seal = (text: string) => sealWith(keys()[0], text)
  return {
    newPassword: () => randomBytes(18).toString('base64url'),
    seal,
    unseal(sealed) {
      const found = opened(sealed)
      if (found) return found.text
      throw new Fault(`What the database keeps sealed was sealed with another key than the one in ${file}.`)
    },
    reseal(sealed) {
      const found = opened(sealed)
      return found === undefined ? 'unreadable' : found.isOfToday ? 'as it is' : { sealed: seal(found.text) }
    },
  }
}

function sealWith(key: Buffer, text: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Undefined when it was sealed with another key, or altered. */
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
