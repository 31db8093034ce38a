import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { openIdentityFile } from '../identity/embedded/user-directory.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { identityRefusal } from '../rules/access/refusals.ts'
import { identityOf } from './choose.ts'

/** The user directory, for changing its signing key. Refuses when Keystone issues the tokens. */
export function openSigningKey(config: Config): UserDirectory {
  if (identityOf(config) === 'keystone') throw identityRefusal.tokens_signed_elsewhere({})
  return openUserDirectory(config)
}

/** The users of the embedded identity service. Refuses when Keystone keeps the users, or before the first start. */
export function openUserDirectory(config: Config): UserDirectory {
  const { identityFile } = config
  if (identityOf(config) === 'keystone' || !existsSync(identityFile))
    throw identityRefusal.users_kept_elsewhere({ file: identityFile })
  return openIdentityFile(identityFile)
}
