/**
 * The room of identities: they answer whose token a request carries. `embedded/` issues and checks its own tokens, for users
 * in a file; `keystone/` asks a real Keystone. Whether the caller may do what the request asks is not decided here, but in
 * `src/rules/access/`. Which of the two a configuration uses is chosen in `src/main/choose.ts`.
 */

import { openEmbeddedIdentity } from './embedded/identity.ts'
import { openKeystoneIdentity } from './keystone/identity.ts'

/** Every implementation of the identity port; each has a folder. */
export const identities = { embedded: openEmbeddedIdentity, keystone: openKeystoneIdentity }

export type IdentityName = keyof typeof identities
