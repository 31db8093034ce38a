import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

/** The content of a token. Tokens are signed, not stored, so they stay valid after a restart. */
export type Claims = Readonly<{
  id: string
  user: string
  project: string
  methods: readonly string[]
  /** Fingerprint of the user's password hash: a token becomes invalid when the password changes. */
  password: string
  issuedAt: number
  expiresAt: number
  /** Tokens of old epochs are refused, whatever the clock says; 0 for tokens of releases before epochs existed. */
  epoch: number
}>

const signature = (payload: string, key: string) =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(payload).digest()

const signatureText = (payload: string, key: string) => signature(payload, key).toString('base64url')

/** The part of a token that shows whether the password is still the same. It is of no other use. */
export const passwordFingerprint = (passwordHash: string, key: string): string =>
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
  return { token: `${payload}.${signatureText(payload, key)}`, claims: full }
}

/** The largest accepted difference between the clocks of two hosts. */
const skewSeconds = 60

/** Undefined for tokens that this key did not sign. Whether a token has expired is for `isInTime`. */
export function readToken(token: string, key: string): Claims | undefined {
  const [payload, signed, more] = token.split('.')
  if (!payload || !signed || more !== undefined) return undefined
  // Compare the texts: many texts decode to the same bytes, and each of them would be remembered as another token.
  const actual = Buffer.from(signed)
  const expected = Buffer.from(signatureText(payload, key))
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined
  return { epoch: 0, ...JSON.parse(Buffer.from(payload, 'base64url').toString()) } satisfies Claims
}

/**
 * False for expired tokens. A token from the future was issued while the clock was ahead. It would be valid for too long, so
 * it is refused, and its user has to log in again.
 */
export function isInTime({ issuedAt, expiresAt }: Claims, now: Date): boolean {
  const nowSeconds = now.getTime() / 1000
  return expiresAt > nowSeconds && issuedAt <= nowSeconds + skewSeconds
}
