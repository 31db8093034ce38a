import type { Clock } from '../ports/clock.ts'
import type { IdentityService } from '../ports/identity.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { openEmbeddedIdentity } from './embedded/identity.ts'
import { openIdentityFile } from './embedded/user-directory.ts'

type OpenIdentity = (config: { identityFile: string; tokenLifeSeconds: number }, clock: Clock) => IdentityService

/** Everyone who can vouch for a token, a folder each. */
export const identities: Readonly<Record<string, OpenIdentity>> = { embedded: openEmbeddedIdentity }

type OpenUserDirectory = (config: { identityFile: string }) => UserDirectory

/** Those of them that keep users themselves, so that somebody here has to manage them. */
export const userDirectories: Readonly<Record<string, OpenUserDirectory>> = {
  embedded: ({ identityFile }) => openIdentityFile(identityFile),
}
