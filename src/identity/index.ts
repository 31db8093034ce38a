import type { Clock } from '../ports/clock.ts'
import type { IdentityService } from '../ports/identity.ts'
import { openEmbeddedIdentity } from './embedded/identity.ts'

type OpenIdentity = (config: { identityFile: string; tokenLifeSeconds: number }, clock: Clock) => IdentityService

/** Everyone who can vouch for a token, a folder each. */
export const identities: Readonly<Record<string, OpenIdentity>> = { embedded: openEmbeddedIdentity }
