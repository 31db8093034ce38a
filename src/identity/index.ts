/**
 * Identities validate the token of a request and return its caller. `embedded/` issues and checks its own tokens, for users in
 * a file; `keystone/` asks a real Keystone. The caller's permissions are not decided here, but in `src/rules/access/`.
 * `src/main/choose.ts` chooses between the two.
 */

import { openEmbeddedIdentity } from './embedded/identity.ts'
import { openKeystoneIdentity } from './keystone/identity.ts'

/** Every implementation of the identity port; each has a folder. */
export const identities = { embedded: openEmbeddedIdentity, keystone: openKeystoneIdentity }

export type IdentityName = keyof typeof identities
