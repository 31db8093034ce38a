import { createHash, randomInt } from 'node:crypto'
import { isAtLeast } from '../engine-image.ts'

/** The hash that a server stores for a password, and the plugin that checks it. */
export type PasswordHash = Readonly<{ plugin: 'mysql_native_password' | 'caching_sha2_password'; hash: string }>

/**
 * Computes the hash here, so that the password itself is in no statement, and therefore in no log, no list of running
 * statements and no error.
 *
 * @param version in the server's own form: `8.0.36`, `10.11.6-MariaDB`
 */
export function passwordHash(version: string, password: string): PasswordHash {
  // Both support the older plugin, but MySQL has been phasing it out since 8.0.
  if (/mariadb/i.test(version) || !isAtLeast(version, '8.0'))
    return { plugin: 'mysql_native_password', hash: nativePasswordHash(password) }
  return { plugin: 'caching_sha2_password', hash: cachingSha2Hash(password, randomSalt(20)) }
}

export function nativePasswordHash(password: string): string {
  const once = createHash('sha1').update(password).digest()
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`
}

const rounds = 5000

/** The `005` is the number of rounds in thousands, in hexadecimal; salt and digest follow. */
export const cachingSha2Hash = (password: string, salt: string): string =>
  `$A$005$${salt}${sha256Crypt(password, salt)}`

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const randomSalt = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

const sha256 = (...parts: readonly Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** Repeats `bytes` up to `length`. */
const repeated = (bytes: Buffer, length: number): Buffer => Buffer.alloc(length, bytes)

/**
 * The digest of SHA-256 crypt (https://www.akkadia.org/drepper/SHA-crypt.txt). The numbers below are those of its
 * steps.
 */
export function sha256Crypt(passwordText: string, saltText: string): string {
  const [password, salt] = [Buffer.from(passwordText), Buffer.from(saltText)]
  // 4–12
  const inner = sha256(password, salt, password)
  const parts = [password, salt, repeated(inner, password.length)]
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? inner : password)
  let digest = sha256(...parts)
  // 13–16
  const passwords = sha256(...Array.from({ length: password.length }, () => password))
  const p = repeated(passwords, password.length)
  // 17–20
  const salts = sha256(...Array.from({ length: 16 + digest[0]! }, () => salt))
  const s = repeated(salts, salt.length)
  // 21
  for (let round = 0; round < rounds; round++)
    digest = sha256(
      (round & 1) === 1 ? p : digest,
      ...(round % 3 === 0 ? [] : [s]),
      ...(round % 7 === 0 ? [] : [p]),
      (round & 1) === 1 ? digest : p,
    )
  return encoded(digest)
}

/** Step 22: encodes three bytes at a time, taken from three rotating positions, as four characters, low bits first. */
function encoded(digest: Buffer): string {
  const characters = (bits: number, count: number) =>
    Array.from({ length: count }, (_, index) => alphabet[(bits >> (6 * index)) & 63]).join('')
  const groups = Array.from({ length: 10 }, (_, group) => {
    const [a, b, c] = [0, 10, 20].map(offset => digest[(group * 21 + offset) % 30]!)
    return characters((a! << 16) | (b! << 8) | c!, 4)
  })
  return groups.join('') + characters((digest[31]! << 8) | digest[30]!, 3)
}
