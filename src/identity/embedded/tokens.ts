import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

/** What a token carries. It is signed, not stored, so it outlives a restart. */
export type Claims = Readonly<{
  id: string
  user: string
  project: string
  methods: readonly string[]
  /** Tells one password of the user from another: a token ends when the user gets another one. */
  password: string
  issuedAt: number
  expiresAt: number
  /** Tokens of earlier epochs are refused whatever the clock says; 0 for those issued before there were any. */
  epoch: number
}>

const signature = (payload: string, key: string) =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(payload).digest()

/** What a token says of the password: enough to tell whether it is still the same, and of no other use. */
export const passwordMark = (passwordHash: string, key: string): string =>
  signature(passwordHash, key).subarray(0, 12).toString('base64url')

/** @param expiresAt in seconds since 1970, like every time in a token */
export function issueToken(
  claims: Pick<Claims, 'user' | 'project' | 'methods' | 'password' | 'epoch'>,
  key: string,
  now: Date,
  expiresAt: number,
): { token: string; claims: Claims } {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const full = { ...claims, id: randomUUID(), issuedAt, expiresAt }
  const payload = Buffer.from(JSON.stringify(full)).toString('base64url')
  return { token: `${payload}.${signature(payload, key).toString('base64url')}`, claims: full }
}

/** How far the clocks of two hosts may differ. */
const skewSeconds = 60

/**
 * Undefined for whatever we did not sign, and for what has expired. A token that is issued in the future was issued while the
 * clock was ahead: it would live for longer than it should, and its user can log in again.
 */
export function readToken(token: string, key: string, now: Date): Claims | undefined {
  const [payload, signed, more] = token.split('.')
  if (!payload || !signed || more !== undefined) return undefined
  const given = Buffer.from(signed, 'base64url')
  const right = signature(payload, key)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const claims: Claims = { epoch: 0, ...JSON.parse(Buffer.from(payload, 'base64url').toString()) }
  const nowSeconds = now.getTime() / 1000
  return claims.expiresAt > nowSeconds && claims.issuedAt <= nowSeconds + skewSeconds ? claims : undefined
}
