import type { Config } from '../config/config.ts'

/** A trove.conf that says where Keystone is means that Keystone vouches for tokens, as it does for Trove. */
export const identityOf = (config: Config): 'keystone' | 'embedded' =>
  config.keystoneAuthUrl === undefined ? 'embedded' : 'keystone'

/**
 * Whether a trove.conf says something of a Keystone and not where that is: whoever wrote it does not expect the embedded
 * identity, with users of its own, to let people in.
 */
export function isKeystoneUnnamed(config: Config): boolean {
  const { keystoneUsername, keystoneUserId, keystonePassword, keystoneCredentialId } = config
  const said = [keystoneUsername, keystoneUserId, keystonePassword, keystoneCredentialId]
  const more = [config.authSection, config.keystonePublicUrl, config.keystoneProjectName, config.keystoneProjectId]
  return (
    config.keystoneAuthUrl === undefined &&
    ([...said, ...more].some(value => value !== undefined) ||
      config.ignored.some(key => key.startsWith('[keystone_authtoken]')))
  )
}

/** Flavors are Nova's where there is somebody to ask it as, unless the configuration says otherwise. */
export function flavorSourceOf(config: Config): 'nova' | 'file' {
  if (config.flavorSource === 'nova' || config.flavorSource === 'file') return config.flavorSource
  return config.serviceAuthUrl === undefined && config.keystoneAuthUrl === undefined ? 'file' : 'nova'
}
