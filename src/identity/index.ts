import { openEmbeddedIdentity } from './embedded/identity.ts'
import { openKeystoneIdentity } from './keystone/identity.ts'

/** Everyone who can vouch for a token, a folder each. */
export const identities = { embedded: openEmbeddedIdentity, keystone: openKeystoneIdentity }

export type IdentityName = keyof typeof identities
