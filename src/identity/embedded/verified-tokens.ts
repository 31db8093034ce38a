import type { TokenUser } from '../../model/caller.ts'
import type { Directory } from './directory-file.ts'
import type { Claims } from './tokens.ts'

/** A token with a correct signature, of a user who has the same password still. */
export type VerifiedToken = Readonly<{
  claims: Claims
  /** Undefined if the user has no role in the project any more. */
  user: TokenUser | undefined
  isRevoked(): boolean
}>

const tokensMax = 10_000

/**
 * Remembers verified tokens, because verifying one takes longer than answering most requests. They belong to one reading of
 * the identity file, and are forgotten together with it. The caller must check at each use what can change without that
 * file: whether the token has expired or was revoked.
 */
export function rememberVerifiedTokens(
  verify: (token: string, directory: Directory) => VerifiedToken | undefined,
): (token: string, directory: Directory) => VerifiedToken | undefined {
  let lastDirectory: Directory | undefined
  const tokens = new Map<string, VerifiedToken>()
  return (token, directory) => {
    if (directory !== lastDirectory) tokens.clear()
    lastDirectory = directory
    const known = tokens.get(token)
    if (known) return known
    const verified = verify(token, directory)
    // Other texts are not remembered: anybody can send as many as they like.
    if (verified) tokens.set(token, verified)
    if (tokens.size > tokensMax) tokens.delete(tokens.keys().next().value!)
    return verified
  }
}
