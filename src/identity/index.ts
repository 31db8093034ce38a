import type { UserDirectory } from '../ports/user-directory.ts'
import { openEmbeddedIdentity } from './embedded/identity.ts'
import { openIdentityFile } from './embedded/user-directory.ts'
import { openKeystoneIdentity } from './keystone/identity.ts'

/** Everyone who can vouch for a token, a folder each. */
export const identities = { embedded: openEmbeddedIdentity, keystone: openKeystoneIdentity }

/** Those of them that keep users themselves, so that somebody here has to manage them. */
export const userDirectories = {
  embedded: ({ identityFile }: { identityFile: string }): UserDirectory => openIdentityFile(identityFile),
}
